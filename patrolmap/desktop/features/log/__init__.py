"""The patrol log: what was done, stop by stop, by keyboard, scanner, form or track."""
