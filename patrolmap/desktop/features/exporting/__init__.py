"""Export to other programs: what the window asks for, and the dialog that asks."""
