"""Whether scales measure consistently, and constructs apart from each other."""
