"""The layers on the left: visibility, opacity, legend."""
