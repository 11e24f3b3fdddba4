"""Write which rows the first replicates draw, for the other program to draw them too."""

from __future__ import annotations

import json
from pathlib import Path

from ecosurvey.core.random import stream
from ecosurvey.sem.bootstrap.resample import draw_rows

HERE = Path(__file__).parent
SEED = 20261124


def main() -> None:
    streams = [stream(SEED, "sem.bootstrap", index) for index in range(6)]
    democracy = draw_rows(streams, [75])
    streams = [stream(SEED, "sem.bootstrap", index) for index in range(4)]
    schools = draw_rows(streams, [156, 145])
    rows = {
        "democracy": (democracy[0] + 1).tolist(),
        "schools": [(group + 1).tolist() for group in schools],
    }
    (HERE / "rows.json").write_text(json.dumps(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
