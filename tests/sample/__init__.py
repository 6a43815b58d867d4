"""The shipped sample, looked at without the program."""
