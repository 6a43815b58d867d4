"""From files to checked layers: readers, columns, encodings, privacy, report."""
