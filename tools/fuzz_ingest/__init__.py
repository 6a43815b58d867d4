"""Fuzzing of the import: mutated files of the corpus, coverage guided, each in a worker that may be killed."""
