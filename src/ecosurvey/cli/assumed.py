"""What a planned wave rests on: a file of assumptions, an earlier run, or the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import OptionError, Text

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.planning import Assumptions


def read_assumptions(
    instrument: Instrument, effects: Path | None, earlier: Path | None, *, safeguard: bool = False
) -> Assumptions:
    """Return the assumptions that the user names, or refuse two sources of them."""
    from ecosurvey.planning import Assumptions, assumptions_from, load_assumptions

    if effects is not None and earlier is not None:
        raise OptionError(
            Text("--effects and --from are two sources", "--effects 与 --from 是两个不同的来源"),
            fix=Text("Give one of them.", "请只给出其中之一。"),
        )
    if safeguard and earlier is None:
        raise OptionError(
            Text("--safeguard is for --from", "--safeguard 只能与 --from 一起使用"),
            fix=Text("Name the folder of an earlier run.", "请给出先前结果的文件夹。"),
        )
    if earlier is not None:
        return assumptions_from(earlier, instrument, safeguard=safeguard)
    return load_assumptions(effects) if effects is not None else Assumptions()
