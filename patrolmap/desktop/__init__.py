"""The window. The only PySide6 widgets."""
