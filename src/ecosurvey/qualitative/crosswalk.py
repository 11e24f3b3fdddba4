"""Codes of the material -> constructs and hypotheses of the questionnaire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import DataError, InstrumentError, Text, counted, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument, QualitativeCode
    from ecosurvey.qualitative.model import CodedMaterial


def crosswalk(instrument: Instrument) -> dict[str, QualitativeCode]:
    """Return the codes of the instrument by every name under which material may know them.

    Raises
    ------
    InstrumentError
        If the instrument has no ``qualitative`` part.
    """
    part = instrument.qualitative
    if part is None:
        raise InstrumentError(
            Text(
                f"the questionnaire {instrument.id!r} ties no codes to its constructs",
                f"问卷 {instrument.id!r} 没有将编码与构念对应",
            ),
            where=instrument.path.name,
            fix=Text(
                "Add a 'qualitative' part: codes: [{code: …, label: …, construct: …}].",
                "请加上“qualitative”部分：codes: [{code: …, label: …, construct: …}]。",
            ),
        )
    found: dict[str, QualitativeCode] = {}
    for code in part.codes:
        for name in (code.code, code.name.en, code.name.zh, *code.names):
            found.setdefault(_key(name), code)
    return found


def tie(material: CodedMaterial, instrument: Instrument) -> pd.DataFrame:
    """Return the codings that are tied to constructs, with ``construct`` and one code name.

    Codes are matched by id, by label in either language, or by one of ``names``, whatever
    their case. ``evidence`` that the material leaves open is the code's own.

    Raises
    ------
    DataError
        If the material has codes that the crosswalk neither knows nor ignores; lists them.
    """
    known = crosswalk(instrument)
    part = instrument.qualitative
    ignored = {_key(name) for name in part.ignore} if part is not None else set()
    codings = material.codings[material.codings["code"] != ""]
    unknown = [
        name for name in dict.fromkeys(codings["code"]) if _key(name) not in {*known, *ignored}
    ]
    if unknown:
        listed = ", ".join(map(repr, unknown[:10])) + (" …" if len(unknown) > 10 else "")
        near = did_you_mean(unknown[0], [code.code for code in known.values()])
        raise DataError(
            Text(
                f"{counted(len(unknown), 'code is', 'codes are')} not in the crosswalk of "
                f"{instrument.id!r}: {listed}",
                f"有{len(unknown)}个编码不在 {instrument.id!r} 的对应表中：{listed}",
            ),
            where=material.path.name if material.path else None,
            fix=Text(
                f"{near} Add them to 'qualitative: codes' or to 'qualitative: ignore'.".strip(),
                f"{near.zh}请将其加入“qualitative: codes”或“qualitative: ignore”。",
            ),
        )
    wanted = np.array([_key(name) in known for name in codings["code"]], dtype=bool)
    tied = codings[wanted].copy()
    codes = [known[_key(name)] for name in tied["code"]]
    tied["code"] = [code.code for code in codes]
    tied["construct"] = [code.construct for code in codes]
    tied["evidence"] = [
        said or code.evidence for said, code in zip(tied["evidence"], codes, strict=True)
    ]
    return tied.drop_duplicates().reset_index(drop=True)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
