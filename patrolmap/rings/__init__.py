"""Defence rings: crossings, who controls them, closure, blocks, coverage, cordon drill."""
