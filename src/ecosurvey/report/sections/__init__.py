"""The sections of the report, one a file: each takes the analysis and gives its blocks."""
