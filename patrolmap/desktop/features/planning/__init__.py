"""Tonight's patrol plan: who walks where, and what could not be met."""
