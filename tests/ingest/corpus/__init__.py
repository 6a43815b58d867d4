"""A corpus of files made by a seeded generator: every format, encoding, coordinate system and defect, with its truth."""
