"""Events: what patrols find, from received to rated."""
