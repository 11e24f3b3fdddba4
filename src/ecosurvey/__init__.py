"""ecosurvey: from a questionnaire and its answers to the key influencing factors.

The public names are listed in ``__init__.pyi``; nothing is imported before it is used.
"""

import lazy_loader as _lazy

from ecosurvey._version import __version__ as __version__

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
