"""Write the pages that depend on the code: the reference, the gallery, the notebooks."""

from __future__ import annotations

import inspect
import io
import re
import shutil
from pathlib import Path

import ecosurvey as es

ROOT = Path(__file__).parents[1]
# the folders of the map, in the order in which a study meets them
PARTS = {
    "pipeline": "The whole way",
    "analysis": "The whole way",
    "instrument": "The questionnaire",
    "responses": "The answers",
    "cleaning": "Screening, missing answers, weights",
    "descriptives": "Description",
    "reliability": "Reliability and validity",
    "factors": "Factor analysis",
    "correlation": "Correlations of ordinal answers",
    "sem": "Structural equation models",
    "keyfactors": "Key factors",
    "waves": "Waves",
    "study": "Waves",
    "performance": "Performance index",
    "planning": "Planning",
    "qualitative": "Mixed methods",
    "report": "Tables, figures, reports",
    "core": "Errors, findings, words",
}


def write_pages(docs: Path) -> None:
    """Write the reference, copy the notebooks, draw the gallery."""
    made = docs / "_made"
    made.mkdir(exist_ok=True)
    (made / "reference.md").write_text(reference(), encoding="utf-8")
    (made / "commands.md").write_text(commands(), encoding="utf-8")
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copyfile(notebook, made / notebook.name)
    (made / "gallery.md").write_text(gallery(made / "figures"), encoding="utf-8")


def reference() -> str:
    """Return the page of every public name, by the part of the work that it serves."""
    by_part: dict[str, list[str]] = {title: [] for title in PARTS.values()}
    for name in es.__all__:
        thing = getattr(es, name)
        if name == "__version__":
            continue
        by_part[PARTS[thing.__module__.split(".")[1]]].append(name)
    lines = [
        "# Reference",
        "",
        "Every public name, `es.NAME` after `import ecosurvey as es`. Each docstring gives the",
        "formula, the convention where programs differ, and the source.",
        "",
    ]
    for title, names in by_part.items():
        if names:
            lines += [f"## {title}", ""]
        for name in names:
            lines += [f"### {name}", "", "```{eval-rst}", *_directive(name), "```", ""]
    return "\n".join(lines)


def _directive(name: str) -> list[str]:
    thing = getattr(es, name)
    target = f"{thing.__module__}.{name}"
    if not inspect.isclass(thing):
        return [f".. autofunction:: {target}"]
    lines = [f".. autoclass:: {target}"]
    # fields stand in the class's own Attributes section
    methods = [
        key
        for key, value in vars(thing).items()
        if not key.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property))
        and (value.__doc__ or "").strip()
    ]
    if methods and not issubclass(thing, Exception):
        lines += [f"   :members: {', '.join(methods)}"]
    return lines


def commands() -> str:
    """Return the page of the commands, as ``--help`` tells them."""
    from typer.main import get_command

    from ecosurvey.cli.app import app

    program = get_command(app)
    lines = ["# Commands", "", _plain(program.help or ""), ""]
    for name, command in _walk("ecosurvey", program):
        lines += [f"## {name}", "", _plain(command.help or ""), ""]
        rows = [p for p in command.params if p.name != "help" and not getattr(p, "hidden", False)]
        if rows:
            lines += ["| option | what it does |", "|---|---|"]
        for option in rows:
            words = ", ".join(f"`{word}`" for word in option.opts)
            if option.param_type_name == "argument":
                words = f"`{str(option.name).upper()}`"
            told = (getattr(option, "help", "") or "").replace("|", "\\|")
            lines.append(f"| {words} | {told} |")
        lines.append("")
    return "\n".join(lines)


def _walk(prefix, command):
    for name, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from _walk(f"{prefix} {name}", inner)
        else:
            yield f"{prefix} {name}", inner


def _plain(text: str) -> str:
    text = re.sub(r"\[/?[a-z ]+\]", "", text)
    return re.sub(r"(?m)^(Examples?:) (.+)$", r"\1 `\2`", text).replace("\b", "")


def gallery(folder: Path) -> str:
    """Draw every figure of two real runs, and return the page that shows them."""
    folder.mkdir(exist_ok=True)
    lines = [
        "# Gallery",
        "",
        "Every picture was drawn by this build. The ecosystem's answers are **synthetic**: they",
        "show what a report looks like, and say nothing of any college. The personality",
        "items (bfi) were answered by 2,800 people.",
        "",
    ]
    studies = (
        ("ecosystem", "ecosystem_wave1", "en", "The study's questionnaire (synthetic answers)"),
        ("bfi", "bfi", "en", "Personality items (answers that people gave)"),
    )
    for instrument, data, lang, title in studies:
        analysis = es.analyze(
            ROOT / "instruments" / f"{instrument}.yaml",
            ROOT / "data" / "sample" / f"{data}.csv",
            seed=1,
        )
        lines += [f"## {title}", ""]
        for name in es.figure_names(analysis):
            file = folder / f"{instrument}_{name}.png"
            file.write_bytes(picture(es.figure(analysis, name, lang), 110))
            lines += [f"### {name}", "", f"![{name}](figures/{file.name})", ""]
    return "\n".join(lines)


def picture(figure, dpi: int) -> bytes:
    """Return a figure as a small PNG, the same bytes each time: 256 colours are enough."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dpi)
    few = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def front_page(docs: Path) -> None:
    """Draw the picture that README and the first page show, from the study's sample wave."""
    study, wave = ROOT / "instruments" / "ecosystem.yaml", "ecosystem_wave1.csv"
    analysis = es.analyze(study, ROOT / "data" / "sample" / wave, seed=1)
    file = docs / "images" / "key_factors.png"
    file.write_bytes(picture(es.figure(analysis, "key_factors"), 160))


if __name__ == "__main__":
    front_page(Path(__file__).parent)
