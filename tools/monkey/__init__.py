"""Clicks, types and drags at random in the window, and tells what broke, what hung and what grew."""
