"""One package for each part of the window: a presenter that holds the logic, and thin widgets."""
