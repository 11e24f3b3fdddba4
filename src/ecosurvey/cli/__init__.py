"""The same from a shell; the only place that prints."""
