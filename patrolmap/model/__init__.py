"""What things are: immutable values, their units and their checks. No files, no Qt, no translation."""
