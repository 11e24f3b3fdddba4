"""The synthetic waves are what their script makes, and hold what truth.json says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text("utf-8"))
WAVES = {"W1": "ecosystem_wave1.csv", "W2": "ecosystem_wave2.csv"}
ITEMS = list(TRUTH["item_loadings"]["W1"])
CONSTRUCT = {item: item.rstrip("0123456789") for item in ITEMS}


def rows(wave: str) -> pd.DataFrame:
    """Return a wave's rows, indexed by the row number of a spreadsheet."""
    frame = pd.read_csv(SAMPLE / WAVES[wave])
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def careless(wave: str) -> set[str]:
    return {one for ids in TRUTH["waves"][wave]["careless"].values() for one in ids}


def attentive(wave: str) -> pd.DataFrame:
    """Return the answers of attentive people, in the scoring direction, once each."""
    frame = rows(wave)
    copies = [twin["row"] for twin in TRUTH["waves"][wave]["duplicates"]]
    frame = frame.drop(index=copies)
    frame = frame[~frame["respondent_id"].isin(careless(wave))]
    frame[ITEMS] = frame[ITEMS].where(frame[ITEMS].isin([1, 2, 3, 4, 5]))
    frame[TRUTH["reverse_items"]] = 6 - frame[TRUTH["reverse_items"]]
    return frame


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    facets = frame[ITEMS].T.groupby(CONSTRUCT).mean().T
    for second, parts in TRUTH["second_order_loadings"].items():
        facets[second] = facets[list(parts)].mean(axis=1)
    return facets


def test_the_script_makes_the_files_byte_for_byte(tmp_path: Path) -> None:
    script = [sys.executable, "-B", str(SAMPLE / "make_sample.py"), str(tmp_path)]
    subprocess.run(script, check=True)
    for name in (*WAVES.values(), "truth.json"):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


@pytest.mark.parametrize("wave", WAVES)
def test_every_row_says_that_it_is_synthetic(wave: str) -> None:
    assert set(rows(wave)["data_origin"]) == {"synthetic"}


@pytest.mark.parametrize("wave", WAVES)
def test_sizes_and_shares_are_as_told(wave: str) -> None:
    frame, note = rows(wave), TRUTH["waves"][wave]
    assert len(frame) == note["n_rows"] == note["n_people"] + len(note["duplicates"])
    assert len(careless(wave)) / note["n_people"] == pytest.approx(0.06, abs=0.001)
    assert 0.03 <= note["missing_share_items"] <= 0.05
    assert frame[ITEMS].isna().to_numpy().mean() == pytest.approx(
        note["missing_share_items"], abs=1e-3
    )


@pytest.mark.parametrize("wave", WAVES)
def test_duplicates_repeat_the_answers_of_the_row_they_copy(wave: str) -> None:
    frame = rows(wave)
    same = [c for c in frame.columns if c not in ("respondent_id", "submitted_at")]
    for twin in TRUTH["waves"][wave]["duplicates"]:
        copy, original = frame.loc[twin["row"]], frame.loc[twin["of_row"]]
        assert copy["respondent_id"] == twin["respondent_id"]
        pd.testing.assert_series_equal(copy[same], original[same], check_names=False)
        assert (copy["respondent_id"] == original["respondent_id"]) == (
            twin["kind"] == "resubmitted"
        )
    calm = frame[~frame["respondent_id"].isin(careless(wave))]  # straight-liners agree by nature
    by_answers = calm.duplicated(ITEMS, keep="first").sum()
    assert by_answers == len(TRUTH["waves"][wave]["duplicates"])


@pytest.mark.parametrize("wave", WAVES)
def test_the_only_codes_off_the_scale_are_those_told(wave: str) -> None:
    frame = rows(wave)
    off = frame[ITEMS].notna() & ~frame[ITEMS].isin([1, 2, 3, 4, 5])
    found = {
        (int(row), item, int(frame.loc[row, item]))
        for item in ITEMS
        for row in frame.index[off[item]]
    }
    told = {(w["row"], w["item"], w["value"]) for w in TRUTH["waves"][wave]["out_of_range"]}
    assert found == told


@pytest.mark.parametrize("wave", WAVES)
def test_the_careless_are_careless_in_their_own_way(wave: str) -> None:
    frame = rows(wave).drop_duplicates("respondent_id").set_index("respondent_id")
    kinds = TRUTH["waves"][wave]["careless"]
    straight = frame.loc[kinds["straight_liner"], ITEMS]
    assert (straight.nunique(axis=1) <= 2).all()
    calm = frame.loc[~frame.index.isin(list(careless(wave)))]
    assert (calm[ITEMS].nunique(axis=1) >= 3).all()
    assert frame.loc[kinds["speeder"], "duration_seconds"].max() < 2 * len(ITEMS)
    missed = (frame[["ATT1", "ATT2"]] != [2, 4]).sum(axis=1)
    assert (missed[kinds["inattentive"]] == 2).all()
    assert missed[calm.index].mean() < 0.05


def test_missingness_depends_on_the_role() -> None:
    frame = pd.concat([attentive("W1"), attentive("W2")])
    gap = frame[ITEMS].isna().mean(axis=1)
    assert gap[frame["role"] != 2].mean() > 1.3 * gap[frame["role"] == 2].mean()


def test_groups_differ_little() -> None:
    frame = pd.concat([attentive("W1"), attentive("W2")])
    values = scores(frame)
    for group in ("role", "integration_type", "partner_model", "region", "college_type"):
        spread = values.groupby(frame[group]).mean().std() / values.std()
        assert spread.max() < 0.35, group
    closer = values["PLT"].groupby(frame["integration_type"]).mean()
    assert closer.is_monotonic_increasing  # the closer the form, the better the platform


@pytest.mark.parametrize("wave", WAVES)
def test_answers_lean_as_their_thresholds_say(wave: str) -> None:
    frame = attentive(wave)
    skew = frame[ITEMS].skew()
    assert skew.abs().max() < 1.2
    assert (skew < 0).mean() > 0.9
    # share of the lowest answer, from the thresholds: normal theory, binomial error
    from scipy.special import ndtr

    for item in ITEMS:
        mean = TRUTH["waves"][wave]["latent_means"].get(CONSTRUCT[item], 0.0)
        shift = TRUTH["item_loadings"][wave][item] * mean
        expected = np.diff(
            [0.0, *ndtr(np.array(TRUTH["item_thresholds"][wave][item]) - shift), 1.0]
        )
        n = frame[item].notna().sum()
        found = [(frame[item] == k).sum() / n for k in range(1, 6)]
        np.testing.assert_allclose(found, expected, atol=4.5 * np.sqrt(0.25 / n), err_msg=item)


@pytest.mark.parametrize("wave", WAVES)
def test_sum_scores_correlate_as_the_constructs_do_but_weaker(wave: str) -> None:
    names = list(TRUTH["construct_correlations"])
    truth = pd.DataFrame(TRUTH["construct_correlations"]).loc[names, names].to_numpy()
    found = scores(attentive(wave))[names].corr().to_numpy()
    off = ~np.eye(len(names), dtype=bool)
    assert (np.sign(found[off]) == np.sign(truth[off])).all()
    ratio = found[off] / truth[off]
    assert 0.6 < np.median(ratio) < 0.95  # attenuated by error of measurement and by five points


def test_the_truth_follows_from_its_paths() -> None:
    paths = {(p["from"], p["to"]): p["est"] for p in TRUTH["paths_std"]}

    def total(source: str) -> float:
        ways = [(b, est) for (a, b), est in paths.items() if a == source]
        return sum(est * (1.0 if b == "ECO" else total(b)) for b, est in ways)

    for name, effect in TRUTH["total_effects_std"].items():
        assert effect == pytest.approx(total(name), abs=1e-6)
    ranked = sorted(TRUTH["total_effects_std"].items(), key=lambda pair: -abs(pair[1]))
    assert [name for name, _ in ranked] == TRUTH["ranking"]
    size = [abs(effect) for _, effect in ranked]
    assert min(size[0] - size[1], size[1] - size[2], size[2] - size[3]) > 0.06


def test_only_technology_rises_and_the_reworded_item_seems_to() -> None:
    before, after = attentive("W1"), attentive("W2")
    gain = scores(after).mean() - scores(before).mean()
    error = np.sqrt(scores(after).var() / len(after) + scores(before).var() / len(before))
    z = (gain / error).drop(["CUL"])
    assert z["TEC"] > 5
    assert z.drop("TEC").abs().max() < 3.5
    item = after["CUL4"].mean() - before["CUL4"].mean()
    others = [f"CUL{i}" for i in (1, 2, 3)]
    assert item > 0.25
    assert abs(after[others].mean().mean() - before[others].mean().mean()) < 0.1


@pytest.mark.parametrize("wave", WAVES)
def test_remarks_hold_what_breaks_careless_writers(wave: str) -> None:
    remarks = "".join(rows(wave)["open_suggestion"].dropna())
    for hostile in ("<script>", "=SUM(", "%", "&", "\\", "$", "_", "#", '"', "\n", "𠮷", "┋"):
        assert hostile in remarks
