"""The figures of the paper: each module says what to draw apart from drawing it."""
