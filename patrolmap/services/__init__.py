"""Use cases: one function for each user intent, shared by the window and the command line."""
