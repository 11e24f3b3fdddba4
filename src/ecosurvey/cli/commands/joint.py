"""``ecosurvey joint``: coded case material beside the numbers of an earlier run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import Quiet, language_of
from ecosurvey.core import OptionError, Text, check_choice
from ecosurvey.core.io import MANIFEST, atomic_folder, check_writable, sha256


def joint(
    results: Annotated[Path, typer.Argument(help="The folder that 'ecosurvey analyze' wrote.")],
    codes: Annotated[
        Path,
        typer.Option("--codes", "-c", help="Coded material: .qdpx, or a table (.csv, .xlsx)."),
    ],
    instrument: Annotated[
        Path | None,
        typer.Option(
            "--instrument", "-i",
            help="The questionnaire of the run; looked for by its hash if not given.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder, made new; RESULTS-joint if left.")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="Table of the cases and their types.")] = None,
    literature: Annotated[
        Path | None, typer.Option(help="Table of the literature search's counts.")
    ] = None,
    fit: Annotated[
        Path | None, typer.Option(help="Your decisions: construct, fit, meta_inference.")
    ] = None,
    privacy: Annotated[
        str | None,
        typer.Option(
            help="show, mask or drop passages and the ids of people and cases; as the "
            "questionnaire says if not given."
        ),
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the display: en or zh.")] = "en",
    seed: Annotated[int, typer.Option(help="Of the bootstrap intervals.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Put coded case material beside the numbers: the joint display of a mixed-methods study.

    Example: ecosurvey joint results --codes codes.qdpx --cases cases.csv --lang zh
    """
    from ecosurvey.qualitative import joint_display
    from ecosurvey.qualitative.privacy import PRIVACY
    from ecosurvey.report.write_joint import write_joint

    language = language_of(lang)
    if privacy is not None:
        check_choice("privacy", privacy, PRIVACY)
    folder = out if out is not None else results.with_name(f"{results.name}-joint")
    check_writable(folder, force=force)
    asked = instrument or _find_instrument(results, codes)
    shown = next((choice for choice in PRIVACY if choice == privacy), None)
    display = joint_display(
        results, codes, asked, cases=cases, literature=literature, decisions=fit, privacy=shown,
        seed=seed,
    )  # fmt: skip
    read = {"results": results / "results.json", "codes": codes, "instrument": asked}
    read |= {
        role: path
        for role, path in (("cases", cases), ("literature", literature), ("fit", fit))
        if path is not None
    }
    with atomic_folder(folder, force=force) as work:
        write_joint(
            display, work, language, command=("ecosurvey", *sys.argv[1:]),
            inputs=tuple(read.items()),
        )  # fmt: skip
    if not quiet:
        console.show_findings(display.findings, language)
        console.out.print(display.tables()[1].to_text(language), markup=False, soft_wrap=True)
        where = Text("Joint display: {path}", "联合展示：{path}").fill(path=folder / "joint.html")
        console.out.print(where.say(language), markup=False, soft_wrap=True)


def _find_instrument(results: Path, codes: Path) -> Path:
    """Return the questionnaire of the run: a file of its name and hash in the likely folders."""
    advice = Text(
        "Name the questionnaire with --instrument FILE.", "请用 --instrument 文件 指定问卷。"
    )
    try:
        told = json.loads((results / MANIFEST).read_text("utf-8"))
        entry = next(one for one in told["inputs"] if one["role"] == "instrument")
        name, wanted = Path(str(entry["name"])).name, entry["sha256"]
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise OptionError(
            Text(
                "the results do not tell which questionnaire they are of",
                "结果中没有说明所用的问卷",
            ),
            where=str(results),
            fix=advice,
        ) from None
    for place in (Path(), Path("instruments"), results.parent, codes.parent):
        if (place / name).is_file() and sha256(place / name) == wanted:
            return place / name
    raise OptionError(
        Text(f"{name}, as it was in that run, is not found here", f"在此处找不到当时所用的 {name}"),
        fix=advice,
    )
