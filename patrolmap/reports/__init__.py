"""The situation report and lists: what they say, and how they become documents."""
