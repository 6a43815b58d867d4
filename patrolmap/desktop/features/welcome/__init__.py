"""What the newcomer sees first: the sample district, recent projects, a new project."""
