# The public names, in the order of the way of the data. This list is the only one:
# Python, type checkers and editors all read it.
from ._version import __version__ as __version__
from .core import DataError as DataError
from .core import EcosurveyError as EcosurveyError
