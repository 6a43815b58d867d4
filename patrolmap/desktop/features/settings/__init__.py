"""What the user and the office can choose, in one dialog."""
