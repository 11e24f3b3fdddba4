"""Sentences of the paper, in the past tense, every number from a result."""
