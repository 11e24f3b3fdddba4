"""A questionnaire file -> a checked, frozen Instrument."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ecosurvey.instrument.model import Instrument


def load_instrument(path: str | os.PathLike[str]) -> Instrument:
    """Read a questionnaire file and check everything in it.

    The file is YAML 1.2 in the dialect ``ecosurvey/instrument/1``. Nothing in it is
    executed, and it names no other files.

    Parameters
    ----------
    path : path
        A ``.yaml`` file of at most 1 MiB.

    Returns
    -------
    Instrument
        With ``findings`` for what is allowed but should be known, such as a construct of
        two items.

    Raises
    ------
    InstrumentError
        One error with all problems of the file, each with line, column, what was found,
        what was expected and the nearest right word.

    Examples
    --------
    >>> instrument = load_instrument("instruments/holzinger.yaml")
    >>> print(instrument.measurement_syntax())
    visual =~ x1 + x2 + x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    <BLANKLINE>
    """
    from ecosurvey.instrument.build import build
    from ecosurvey.instrument.checks import check
    from ecosurvey.instrument.reading import instrument_error, parse_tree, read_source, validate

    path = Path(path)
    text, content = read_source(path)
    tree = parse_tree(text, path)
    document = validate(tree)
    if isinstance(document, list):
        raise instrument_error(path, text, document)
    problems, findings = check(document, tree)
    if problems:
        raise instrument_error(path, text, problems)
    return build(document, path, hashlib.sha256(content).hexdigest(), findings)
