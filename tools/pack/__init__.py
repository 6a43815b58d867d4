"""What makes the frozen program small, and the archive for Linux."""
