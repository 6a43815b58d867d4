"""The street graph: build, attach, travel times, paths, turn lists."""
