"""Puts tests/ on the path, so that the reference values and tolerances can be imported."""

import sys
from pathlib import Path

TESTS = str(Path(__file__).parents[2])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)
