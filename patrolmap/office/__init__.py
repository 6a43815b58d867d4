"""The office store: projects that several people share in PostGIS, each working on a copy of their own."""
