"""What the program ships of others: a bill of materials (CycloneDX) and the texts of all licences."""
