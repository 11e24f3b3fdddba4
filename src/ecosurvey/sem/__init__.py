"""The structural equation engine: model text and data in, a fitted model out."""
