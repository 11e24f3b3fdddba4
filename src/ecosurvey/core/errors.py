"""The errors that a user can meet, each saying what was found, where, and what to do.

EcosurveyError
├── InstrumentError        the questionnaire file
├── DataError              the answers: a file, a column, a row
├── ModelSyntaxError       the text of a model
├── IdentificationError    a model that the data cannot determine
├── ConvergenceError       a fit that did not arrive
├── OptionError            an argument or option that is not allowed
└── MissingExtraError      an optional package that is not installed
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class EcosurveyError(Exception):
    """An error that the user can mend: what was found, where, and what to do.

    Parameters
    ----------
    found : str
        What is wrong, in one sentence, naming the value that was met.
    where : str, optional
        File, line, column, row, item: as near as it is known.
    fix : str, optional
        What to do about it.

    Examples
    --------
    >>> print(DataError("the file has no rows", where="wave3.csv", fix="Export it again."))
    wave3.csv: the file has no rows. Export it again.
    """

    def __init__(self, found: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.found = found
        self.where = where
        self.fix = fix
        super().__init__(found)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.fix}" if self.fix else ""
        stop = "" if self.found.endswith((".", "?", "!", "\n")) or not remedy else "."
        return f"{place}{self.found}{stop}{remedy}"

    def __reduce__(self) -> tuple[object, ...]:  # keyword arguments must survive process borders
        return (_rebuild, (type(self), self.found, self.where, self.fix))


class InstrumentError(EcosurveyError):
    """The questionnaire file is not what it should be."""


class DataError(EcosurveyError):
    """The answers cannot be used as they are."""


class ModelSyntaxError(EcosurveyError):
    """The model's text cannot be read or names what is not there."""


class IdentificationError(EcosurveyError):
    """The data cannot determine the model's parameters."""


class ConvergenceError(EcosurveyError):
    """The estimation did not reach a solution."""


class OptionError(EcosurveyError, ValueError):
    """An argument has a value that is not allowed."""


class MissingExtraError(EcosurveyError, ImportError):
    """A part was asked for whose optional package is not installed."""


def _rebuild(
    kind: type[EcosurveyError], found: str, where: str | None, fix: str | None
) -> EcosurveyError:
    return kind(found, where=where, fix=fix)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"Did you mean 'x'?"`` for the nearest known word, or an empty string.

    Examples
    --------
    >>> did_you_mean("f1_6", ["f1_5", "age"])
    "Did you mean 'f1_5'?"
    """
    near = get_close_matches(word, [str(name) for name in known], n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Raise :class:`OptionError` unless ``value`` is one of ``allowed``.

    Examples
    --------
    >>> check_choice("estimator", "ML", ["ML", "GLS"])
    >>> check_choice("estimator", "MLX", ["ML", "GLS"])
    Traceback (most recent call last):
    ecosurvey.core.errors.OptionError: estimator='MLX' is not known. Use one of: ML, GLS.
    """
    choices = list(allowed)
    if value not in choices:
        raise OptionError(
            f"{name}={value!r} is not known", fix=f"Use one of: {', '.join(choices)}."
        )
