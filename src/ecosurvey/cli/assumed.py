"""What a planned wave rests on: a file of assumptions, an earlier run, or the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import OptionError

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.planning import Assumptions


def read_assumptions(
    instrument: Instrument, effects: Path | None, earlier: Path | None, *, safeguard: bool = False
) -> Assumptions:
    """Return the assumptions that the user names, or refuse two sources of them."""
    from ecosurvey.planning import Assumptions, assumptions_from, load_assumptions

    if effects is not None and earlier is not None:
        raise OptionError("--effects and --from are two sources", fix="Give one of them.")
    if safeguard and earlier is None:
        raise OptionError("--safeguard is for --from", fix="Name the folder of an earlier run.")
    if earlier is not None:
        return assumptions_from(earlier, instrument, safeguard=safeguard)
    return load_assumptions(effects) if effects is not None else Assumptions()
