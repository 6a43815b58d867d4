"""What makes and checks parts of the project; not shipped."""
