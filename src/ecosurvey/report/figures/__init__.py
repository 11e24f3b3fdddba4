"""The figures of the paper: each says what to draw (``describe``) apart from drawing it (``draw``)."""
