"""Make the two synthetic waves of the ecosystem questionnaire, and the truth behind them.

    python data/sample/make_sample.py [FOLDER]

writes ecosystem_wave1.csv, ecosystem_wave2.csv and truth.json into FOLDER (this one if not given),
the same bytes each time. Nobody gave these answers: every row says so in ``data_origin``. The
population is stated in population.py; what is planted into the answers is stated here.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import population as pop
from numpy.typing import NDArray
from scipy.special import ndtri

SEED = 2026
HERE = Path(__file__).parent

# The order in which the pages show the items; the two instructed items stand after STD2 and TAL2.
SHOWN = ("PLT", "STD", "TCH", "POL", "FUN", "CUL", "TEC", "ENT",
         "BCU", "BST", "BCO", "CHN", "VCC", "TAL", "COM")  # fmt: skip
ITEMS = [f"{c}{i + 1}" for c in SHOWN for i in range(len(pop.LOADINGS[c]))]
ATTENTION = {"ATT1": ("STD2", 2), "ATT2": ("TAL2", 4)}

WAVES: dict[str, dict[str, Any]] = {
    "W1": {
        "n": 1200, "start": datetime(2026, 3, 9, 8), "days": 27,
        "careless": {"straight_liner": 20, "random": 20, "speeder": 16, "inattentive": 16},
        "resubmitted": 8, "copied": 6, "out_of_range": (0, 6, 7, 55, 44, 6, 0, 9),
    },
    "W2": {
        "n": 1000, "start": datetime(2026, 9, 7, 8), "days": 27,
        "careless": {"straight_liner": 16, "random": 16, "speeder": 14, "inattentive": 14},
        "resubmitted": 6, "copied": 4, "out_of_range": (6, 0, 33, 7, 9),
    },
}  # fmt: skip

# Short remarks, some with characters that break careless writers of HTML, LaTeX, CSV or Excel.
REMARKS = (
    "经费不足", "希望建立学分互认机制", "双语教师太少", "企业参与不深，多停留在签约层面",
    "Need clearer policy on visas for visiting trainers", "证书在对方国家不被承认", "语言障碍",
    "<b>平台</b>数据不通 & 系统难以对接", "=SUM(A1:A9)", "经费占比 >30% 且 <50%",
    "100%靠个人关系", "课程标准_国际版 #2 尚未完成", 'He said "no budget", so we stopped',
    "缺少\\项目管理$人员", "-5 个项目中止", "+86 热线打不通", "@国际处 请协调", "第一行\n第二行",
    "{模板}~^不统一", "a;b|c┋d", "<script>alert('x')</script>", "平台；标准；师资",
    "评价标准“两张皮”", "Unternehmen fehlen – größere Beteiligung nötig",
    "希望政府、学校、企业、国际机构共同协商", "Coordination takes too long",
    "𠮷林省试点经验可以推广",
)  # fmt: skip


class Draw:
    """Random numbers from one stream of uniform doubles: the same on every NumPy release."""

    def __init__(self, seed: int, purpose: int) -> None:
        key = np.random.SeedSequence(seed, spawn_key=(purpose,))
        self._generator = np.random.Generator(np.random.PCG64(key))

    def uniform(self, *shape: int) -> NDArray[np.float64]:
        """Return uniform numbers in (0, 1)."""
        return np.clip(self._generator.random(shape), 1e-12, 1 - 1e-12)

    def normal(self, *shape: int) -> NDArray[np.float64]:
        """Return standard normal numbers."""
        return ndtri(self.uniform(*shape))

    def choice(self, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each row of weights, (n, k), the drawn position 0 … k-1."""
        edges = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
        drawn = (self.uniform(len(weights))[:, None] > edges).sum(axis=1)
        return np.minimum(drawn, weights.shape[1] - 1).astype(np.int64)

    def order(self, n: int) -> NDArray[np.int64]:
        """Return a random order of 0 … n-1."""
        return np.argsort(self.uniform(n), kind="stable").astype(np.int64)


def draw_constructs(draw: Draw, n: int) -> dict[str, NDArray[np.float64]]:
    """Return the scores of n people on all constructs and facets, each N(0, 1)."""
    way = np.linalg.inv(np.eye(len(pop.STRUCTURAL)) - pop.structural_matrix())
    zeta = draw.normal(n, len(pop.STRUCTURAL)) @ np.linalg.cholesky(pop.disturbances()).T
    scores = dict(zip(pop.STRUCTURAL, (zeta @ way.T).T, strict=True))
    for second, facets in pop.FACETS.items():
        for facet, gamma in facets.items():
            scores[facet] = gamma * scores[second] + np.sqrt(1 - gamma**2) * draw.normal(n)
    return scores


def draw_answers(
    draw: Draw, scores: dict[str, NDArray[np.float64]], wave: str
) -> dict[str, NDArray[np.int64]]:
    """Return attentive answers as people tick them: reverse items not yet turned."""
    loadings, thresholds = pop.item_loadings(wave), pop.item_thresholds(wave)
    answers: dict[str, NDArray[np.int64]] = {}
    for item in ITEMS:
        construct = item.rstrip("0123456789")
        latent = scores[construct] + pop.LATENT_MEANS[wave].get(construct, 0.0)
        noise = np.sqrt(1 - loadings[item] ** 2) * draw.normal(len(latent))
        keyed = 1 + np.searchsorted(thresholds[item], loadings[item] * latent + noise)
        answers[item] = 6 - keyed if item in pop.REVERSED else keyed
    return answers


def draw_background(draw: Draw, scores: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Return who answered; group differences are small, and come from the constructs."""
    n = len(scores["ECO"])

    def pick(shares: tuple[float, ...], *tilts: tuple[int, str, float]) -> NDArray[np.int64]:
        logits = np.tile(np.log(shares), (n, 1))
        for position, construct, slope in tilts:
            logits[:, position] += slope * scores[construct]
        return 1 + draw.choice(np.exp(logits))

    closeness = 0.25 * scores["PLT"] + np.sqrt(1 - 0.25**2) * draw.normal(n)
    experience = 0.20 * scores["ECO"] + np.sqrt(1 - 0.20**2) * draw.normal(n)
    network = 0.30 * scores["COM"] + np.sqrt(1 - 0.30**2) * draw.normal(n)
    model = pick((0.38, 0.20, 0.27, 0.15))
    forms = [
        1 / (1 + np.exp(-(base + slope * scores["ECO"])))
        for base, slope in (
            (0.2, 0.3),
            (-1.6, 0.4),
            (1.0, 0.2),
            (-0.9, 0.3),
            (-1.1, 0.3),
            (-1.3, 0.5),
        )
    ]
    ticked = np.column_stack([draw.uniform(n) < share for share in forms])
    said = [";".join(str(i + 1) for i in np.flatnonzero(row)) or "99" for row in ticked]
    remark = np.where(draw.uniform(n) < 0.32, (draw.uniform(n) * len(REMARKS)).astype(int), -1)
    return pd.DataFrame({
        "consent": np.ones(n, dtype=int),
        "role": pick((0.08, 0.62, 0.22, 0.08), (2, "ENT", 0.20), (1, "TCH", 0.10)),
        "integration_type": 1 + np.searchsorted(ndtri([0.45, 0.80]), closeness),
        "partner_model": np.where(model == 4, 9, model),
        "region": pick((0.44, 0.26, 0.22, 0.08)),
        "college_type": pick((0.34, 0.54, 0.12), (0, "ECO", 0.15)),
        "coop_years": np.clip(np.floor(np.exp(1.75 + 0.6 * experience)), 0, 40).astype(int),
        "n_partners": np.clip(np.round(np.exp(1.6 + 0.8 * network)), 0, 200).astype(int),
        "coop_forms": said,
        "open_suggestion": [REMARKS[i] if i >= 0 else None for i in remark],
    })  # fmt: skip


def plant_careless(
    draw: Draw, frame: pd.DataFrame, seconds: NDArray[np.float64], kinds: dict[str, int]
) -> dict[str, list[int]]:
    """Overwrite the answers of some people; return which (by position) of which kind."""
    order, done = draw.order(len(frame)), 0
    columns = [c for c in frame.columns if c in ITEMS or c in ATTENTION]
    ticks = frame[columns].to_numpy(dtype=int, copy=True)
    planted: dict[str, list[int]] = {}
    for kind, count in kinds.items():
        rows = sorted(int(i) for i in order[done : done + count])
        planted[kind], done = rows, done + count
        for row in rows:
            k = len(columns)
            if kind == "straight_liner":  # one answer down the page; some change it once
                value = 2 + int(draw.choice(np.array([[0.05, 0.40, 0.40, 0.15]]))[0])
                other = value if draw.uniform(1)[0] < 0.6 else min(value + 1, 5)
                turn = int(draw.uniform(1)[0] * k)
                answers = np.where(np.arange(k) < turn, value, other)
                seconds[row] = 110 + 160 * draw.uniform(1)[0]
            elif kind == "random":
                answers = 1 + (draw.uniform(k) * 5).astype(int)
                seconds[row] = 160 + 300 * draw.uniform(1)[0]
            elif kind == "speeder":  # ticks around the middle, far faster than one can read
                answers = 1 + draw.choice(np.tile([0.04, 0.14, 0.36, 0.34, 0.12], (k, 1)))
                seconds[row] = 40 + 65 * draw.uniform(1)[0]
            else:  # reads half of it, and misses both instructed items
                chance = 1 + (draw.uniform(k) * 5).astype(int)
                answers = np.where(draw.uniform(k) < 0.5, ticks[row], chance)
                answers[[columns.index(name) for name in ATTENTION]] = 3
            ticks[row] = answers
    frame[columns] = ticks
    return planted


def plant_missing(draw: Draw, frame: pd.DataFrame) -> None:
    """Leave cells empty: more often by those who are not of a college (missing at random)."""
    n = len(frame)
    roles = frame["role"].to_numpy(dtype=int)
    chance = frame["role"].map({1: 0.36, 2: 0.17, 3: 0.27, 4: 0.24}).to_numpy(dtype=float)
    skipper = draw.uniform(n) < chance
    gone = np.zeros((n, len(ITEMS)), dtype=bool)
    for row in np.flatnonzero(skipper):
        if draw.uniform(1)[0] < 0.70:  # a construct that one cannot judge
            far = roles[row] != 2
            weights = [3.0 if far and c in ("STD", "TCH", "POL", "FUN") else 1.0 for c in SHOWN]
            construct = SHOWN[int(draw.choice(np.array([weights]))[0])]
            gone[row] |= [item.startswith(construct) for item in ITEMS]
        share = 0.04 + 0.20 * draw.uniform(1)[0]
        gone[row] |= draw.uniform(len(ITEMS)) < share
    frame[ITEMS] = frame[ITEMS].mask(gone)
    for name in ("partner_model", "coop_years", "n_partners"):
        frame.loc[draw.uniform(n) < 0.02, name] = pd.NA


def make_wave(wave: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return one wave as it would be exported, and what is planted in it."""
    plan, draw = WAVES[wave], Draw(SEED, int(wave[1]))
    n = plan["n"]
    scores = draw_constructs(draw, n)
    answers = draw_answers(draw, scores, wave)
    for name, (after, right) in ATTENTION.items():
        slip = draw.uniform(n) < 0.012
        answers[name] = np.where(slip, answers[after], right)
    shown: list[str] = []
    for item in ITEMS:
        shown += [item, *(name for name, (after, _) in ATTENTION.items() if after == item)]
    background = draw_background(draw, scores)
    last = ["coop_forms", "open_suggestion"]
    frame = pd.concat(
        [
            background.drop(columns=last),
            pd.DataFrame({c: answers[c] for c in shown}),
            background[last],
        ],
        axis=1,
    )
    seconds = np.exp(np.log(430) + 0.32 * draw.normal(n))
    planted = plant_careless(draw, frame, seconds, plan["careless"])
    whole = [c for c in frame.columns if c not in last]
    frame = frame.astype(dict.fromkeys(whole, "Int64"))
    plant_missing(draw, frame)

    minutes = np.sort(draw.uniform(n)) * plan["days"] * 24 * 60
    sent = [plan["start"] + timedelta(minutes=float(m)) for m in minutes]
    frame.insert(0, "respondent_id", [f"{wave}-{i + 1:04d}" for i in range(n)])
    frame.insert(1, "submitted_at", sent)
    frame.insert(2, "duration_seconds", np.maximum(np.round(seconds), 30).astype(int))
    frame.insert(3, "wave", wave)
    frame["data_origin"] = "synthetic"

    careless = {row for rows in planted.values() for row in rows}
    calm = [int(i) for i in draw.order(n) if int(i) not in careless]
    wild = plant_out_of_range(draw, frame, calm[:20], plan["out_of_range"])
    frame, twins = add_duplicates(draw, frame, calm[20:], plan["resubmitted"], plan["copied"])

    row_of = {(r.respondent_id, r.submitted_at): i + 2 for i, r in enumerate(frame.itertuples())}
    first = dict(zip(frame["respondent_id"][::-1], frame["submitted_at"][::-1], strict=True))
    note = {
        "n_people": n,
        "n_rows": len(frame),
        "latent_means": {c: pop.LATENT_MEANS[wave].get(c, 0.0) for c in pop.STRUCTURAL},
        "careless": {kind: [f"{wave}-{i + 1:04d}" for i in rows] for kind, rows in planted.items()},
        "duplicates": [
            {"row": row_of[(t["respondent_id"], t["sent"])], "respondent_id": t["respondent_id"],
             "of_row": row_of[(t["of"], first[t["of"]])], "kind": t["kind"]}
            for t in twins
        ],
        "out_of_range": [
            {"row": row_of[(w["respondent_id"], first[w["respondent_id"]])], **w} for w in wild
        ],
        "missing_share_items": round(float(frame[ITEMS].isna().to_numpy().mean()), 6),
        "rows_complete_in_items": int(frame[ITEMS].notna().all(axis=1).sum()),
    }  # fmt: skip
    frame["submitted_at"] = [
        moment.strftime("%Y-%m-%d %H:%M:%S") for moment in frame["submitted_at"]
    ]
    return frame, note


def plant_out_of_range(
    draw: Draw, frame: pd.DataFrame, rows: list[int], codes: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Mistype some answers; return where and what."""
    wild: list[dict[str, Any]] = []
    for row, code, u in zip(rows, codes, draw.uniform(len(codes)), strict=False):
        item = ITEMS[int(u * len(ITEMS))]
        frame.loc[row, item] = code
        wild.append({"respondent_id": frame.loc[row, "respondent_id"], "item": item, "value": code})
    return wild


def add_duplicates(
    draw: Draw, frame: pd.DataFrame, rows: list[int], resubmitted: int, copied: int
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Append rows sent twice, under the same or under a new respondent id, in order of time."""
    twins: list[dict[str, Any]] = []
    extra: list[pd.DataFrame] = []
    wave = str(frame.loc[0, "wave"])
    for k, row in enumerate(rows[: resubmitted + copied]):
        twin = frame.loc[[row]].copy()
        own = str(twin["respondent_id"].iloc[0])
        kind = "resubmitted" if k < resubmitted else "copied"
        if kind == "copied":
            twin["respondent_id"] = f"{wave}-{len(frame) + 1 + k - resubmitted:04d}"
        delay = timedelta(seconds=int(60 + 480 * draw.uniform(1)[0]))
        twin["submitted_at"] = frame.loc[row, "submitted_at"] + delay
        extra.append(twin)
        twins.append({"respondent_id": twin["respondent_id"].iloc[0], "of": own, "kind": kind,
                      "sent": twin["submitted_at"].iloc[0]})  # fmt: skip
    both = pd.concat([frame, *extra]).sort_values("submitted_at", kind="stable", ignore_index=True)
    return both, twins


def truth(notes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return all that is true of the population and all that was planted."""
    effects = pop.total_effects()
    return {
        "about": "SYNTHETIC DATA. Drawn from a stated population; nobody gave these answers.",
        "seed": SEED,
        "outcome": pop.OUTCOME,
        "total_effects_std": {k: round(v, 6) for k, v in effects.items()},
        "ranking": sorted(effects, key=lambda name: -abs(effects[name])),
        "paths_std": [{"from": a, "to": b, "est": v} for (a, b), v in pop.PATHS.items()],
        "r_squared": {k: round(v, 6) for k, v in pop.r_squared().items()},
        "residual_correlations": [
            {"of": list(pair), "est": v} for pair, v in pop.RESIDUAL_CORRELATIONS.items()
        ],
        "construct_correlations": {
            name: dict(zip(pop.STRUCTURAL, np.round(row, 6).tolist(), strict=True))
            for name, row in zip(pop.STRUCTURAL, pop.construct_correlations(), strict=True)
        },
        "second_order_loadings": pop.FACETS,
        "item_loadings": {wave: pop.item_loadings(wave) for wave in WAVES},
        "item_thresholds": {wave: pop.item_thresholds(wave) for wave in WAVES},
        "reverse_items": list(pop.REVERSED),
        "reworded": pop.REWORDED,
        "mean_shift": {"construct": "TEC", "from": "W1", "to": "W2", "latent_sd": 0.35},
        "waves": notes,
    }


def main(folder: Path) -> None:
    """Write both waves and the truth."""
    notes: dict[str, dict[str, Any]] = {}
    for wave in WAVES:
        frame, notes[wave] = make_wave(wave)
        path = folder / f"ecosystem_wave{wave[1]}.csv"
        path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    text = json.dumps(truth(notes), ensure_ascii=False, indent=1)
    (folder / "truth.json").write_bytes((text + "\n").encode("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
