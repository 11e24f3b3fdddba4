"""Make the bundled Chinese font: the GB 2312 characters of Droid Sans Fallback.

Run once, by hand, where Debian's package fonts-droid-fallback and fontTools are installed:

    python scripts/make_font_subset.py

The result lies in src/ecosurvey/data/fonts/ beside the font's licence.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset

SOURCE = Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")
FOLDER = Path(__file__).parents[1] / "src" / "ecosurvey" / "data" / "fonts"


def gb2312() -> list[int]:
    """Return every code point that GB 2312 can write, printable ASCII included."""
    points = list(range(0x20, 0x7F))
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            try:
                points.append(ord(bytes((lead, trail)).decode("gb2312")))
            except UnicodeDecodeError:
                continue  # an unassigned cell of the code table
    return points


def main() -> None:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.recalc_timestamp = False
    font = subset.load_font(str(SOURCE), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=gb2312())
    subsetter.subset(font)
    FOLDER.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(FOLDER / "DroidSansFallback-GB2312.ttf"), options)


if __name__ == "__main__":
    main()
