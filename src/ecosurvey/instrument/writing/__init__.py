"""Questionnaires written: as files of ours, and for other programs."""
