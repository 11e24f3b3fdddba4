"""Make the bundled fonts: small subsets without layout tables, which figures do not need.

Run once, by hand, where Debian's package fonts-droid-fallback, Matplotlib and fontTools are
installed:

    python scripts/make_font_subset.py

The results lie in src/ecosurvey/data/fonts/ beside the licences of the fonts. Figures made
with them are the same on every machine, and saving a PDF is several times faster than with
the whole fonts, whose layout tables are read again for each file.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from fontTools import subset

CHINESE = Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")
LATIN = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
FOLDER = Path(__file__).parents[1] / "src" / "ecosurvey" / "data" / "fonts"
# Latin with accents, Greek, Cyrillic, punctuation, super- and subscripts, currency, letterlike
# signs, arrows, mathematics, boxes and shapes
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x2B0, 0x36F),
    (0x370, 0x52F),
    (0x1E00, 0x20CF),
    (0x2100, 0x22FF),
    (0x2500, 0x266F),
    (0x2713, 0x2718),
)


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


def make(source: Path, points: list[int], name: str, family: str) -> None:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "FFTM"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):  # a name of its own, lest it be taken for the whole font
            record.string = family
    FOLDER.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(FOLDER / name), options)


def main() -> None:
    latin = [point for low, high in RANGES for point in range(low, high + 1)]
    make(LATIN, latin, "DejaVuSans-Report.ttf", "DejaVu Sans Report")
    make(CHINESE, gb2312(), "DroidSansFallback-GB2312.ttf", "Droid Sans Fallback GB2312")


if __name__ == "__main__":
    main()
