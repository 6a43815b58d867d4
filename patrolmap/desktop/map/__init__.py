"""The map in the middle: a web page fed from a scheme of its own, or a plain painting."""
