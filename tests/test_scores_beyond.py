"""Tables beyond the papers: intervals in closed form, spread, and pairs."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from compare_pairs import pairs_table, share_tested
from regrade.intervals import delong
from regrade.tables import read_table, write_table
from tabulate_intervals import interval_table
from tabulate_spread import components, spread_table

CLASSES = ["LGG", "HGG"]
ROWS = [{"item": "Beyond", "row": "2D", "experiment": "2d"}]


def run_of(counts, experiment="2d", **run):
    """One run; counts of (truth, predicted), whose chances agree with what is named."""
    pairs = [pair for pair, often in counts.items() for _ in range(often)]
    table = pd.DataFrame(pairs, columns=["truth", "predicted"])
    generator = np.random.default_rng(len(table))
    table["p_HGG"] = table["predicted"].eq("HGG") / 2 + generator.random(len(table)) / 2
    table["subject"] = [f"S{number:03d}" for number in range(len(table))]
    words = {"experiment": experiment, "fold": 0, "seed": 1, "epoch": 1, "role": "test"}
    return table.assign(**(words | run))


# The headline row of paper A: 121 HGG all found, 33 of 34 LGG.
HEADLINE = {("HGG", "HGG"): 121, ("LGG", "HGG"): 1, ("LGG", "LGG"): 33}


def intervals_of(predictions):
    ways = {"outcomes": ["HGG"], "classes": CLASSES, "scope": ""}
    return interval_table(predictions, ROWS, **ways).set_index("column")


def test_shares_have_wilsons_interval_and_areas_delongs(tmp_path):
    run = run_of(HEADLINE)
    table = intervals_of(run)
    shares = {"SEN": (121, 121), "SPE": (33, 34), "PPV": (121, 122), "NPV": (33, 33)}
    for name, counts in (shares | {"Acc": (154, 155)}).items():
        cell = table.loc[f"{name} (HGG)"]
        assert cell["value"] == counts[0] / counts[1]
        theirs = binomtest(*counts).proportion_ci(method="wilson")
        assert cell[["low", "high"]].tolist() == pytest.approx(theirs), name
    area = table.loc["AUC (HGG)", ["value", "low", "high"]].to_dict()
    assert area == pytest.approx(delong(run, "HGG"))
    write_table(table.reset_index(), tmp_path / "intervals.csv", "table")


def test_more_seeds_are_no_more_patients_and_more_folds_may_be():
    run = run_of(HEADLINE)
    once = intervals_of(run)[["value", "low", "high"]]
    seeds = intervals_of(pd.concat([run, run.assign(seed=2)]))
    pd.testing.assert_frame_equal(seeds[["value", "low", "high"]], once)
    other = run.assign(fold=1, subject="other " + run["subject"])
    folds = intervals_of(pd.concat([run, other]))
    assert (folds["low"] > once["low"]).all()


def scores_of(table):
    """Scores by fold (rows) and seed (columns)."""
    return pd.DataFrame(table).rename_axis("fold").rename_axis("seed", axis=1).stack()


def test_the_components_of_a_table_by_hand():
    # Within folds the variances are .02, .02; of the means 0.1 apart, .005 - .02 / 2.
    found = components(scores_of([[0.4, 0.6], [0.5, 0.7]]))
    assert found["SD over seeds"] == pytest.approx(np.sqrt(0.02))
    assert found["SD over folds"] == 0
    assert found["SD over all runs"] == pytest.approx(np.std([4, 6, 5, 7], ddof=1) / 10)
    # Means .5 and .9: .08 less .0002 / 2.
    found = components(scores_of([[0.49, 0.51], [0.89, 0.91]]))
    assert found["SD over folds"] == pytest.approx(np.sqrt(0.08 - 0.0002 / 2))
    assert (found["Folds"], found["Seeds"]) == (2, 2)


def test_the_components_are_found_again_in_what_was_drawn():
    generator = np.random.default_rng(0)
    folds = generator.normal(scale=0.05, size=(400, 1))
    found = components(scores_of(folds + generator.normal(scale=0.02, size=(400, 3))))
    assert found["SD over folds"] == pytest.approx(0.05, rel=0.1)
    assert found["SD over seeds"] == pytest.approx(0.02, rel=0.1)


def test_one_seed_does_not_tell_folds_from_seeds_and_one_fold_has_no_spread():
    one_seed = components(scores_of([[0.4], [0.6]]))
    assert np.isnan(one_seed["SD over folds"])
    assert np.isnan(one_seed["SD over seeds"])
    assert one_seed["SD over all runs"] == pytest.approx(np.std([0.4, 0.6], ddof=1))
    one_fold = components(scores_of([[0.4, 0.6]]))
    assert np.isnan(one_fold["SD over folds"])
    assert one_fold["SD over seeds"] == pytest.approx(np.sqrt(0.02))


def test_the_spread_of_runs(tmp_path):
    worse = {("HGG", "LGG"): 121, ("LGG", "LGG"): 34}
    runs = [run_of(HEADLINE), run_of(worse, seed=2)]
    ways = {"classes": CLASSES, "positive": "HGG", "scoring": "right", "scope": ""}
    table = spread_table(pd.concat(runs), ROWS, name="Acc", **ways)
    write_table(table, tmp_path / "spread.csv", "table")
    cells = read_table(tmp_path / "spread.csv", "table").set_index("column")["value"]
    assert cells["Acc"] == pytest.approx((154 + 34) / 310)
    assert cells["SD over seeds"] == pytest.approx(np.std([154, 34], ddof=1) / 155)
    assert cells[["Folds", "Seeds"]].tolist() == [1, 2]


SPLITS = pd.DataFrame(
    {
        "fold": [0] * 10 + [1] * 10,
        "role": ["test"] * 2
        + ["train"] * 8
        + ["test"] * 4
        + ["train"] * 5
        + ["validation"],
    }
)


def test_validation_subjects_are_not_learnt_from():
    assert share_tested(SPLITS) == pytest.approx((2 / 8 + 4 / 5) / 2)


def test_pairs_are_corrected_within_their_claim(tmp_path):
    good = {("HGG", "HGG"): 20, ("LGG", "LGG"): 12}
    poor = {("HGG", "HGG"): 14, ("HGG", "LGG"): 6, ("LGG", "LGG"): 12}
    runs = [run_of(good, "good"), run_of(poor, "poor"), run_of(poor, "same")]
    folds = [
        run.assign(fold=f, subject=run["subject"] + str(f))
        for run in runs
        for f in (0, 1)
    ]
    tests = [
        {"claim": "(a)", "score": "Acc", "pairs": [["good", "poor"], ["poor", "same"]]},
        {"claim": "(b)", "score": "AUC", "pairs": [["good", "poor"]]},
        {"claim": "(c)", "score": "AUC", "pairs": []},
    ]
    ways = {"classes": CLASSES, "positive": "HGG", "scoring": "right", "scope": "demo"}
    table = pairs_table(pd.concat(folds), SPLITS, tests, outcome="HGG", **ways)
    write_table(table, tmp_path / "pairs.csv", "pairs")
    read = read_table(tmp_path / "pairs.csv", "pairs")
    assert read["claim"].tolist() == ["(a)", "(a)", "(b)"]
    assert read["only_better"].tolist() == [12, 0, 12]
    p = 2 / 2**12
    assert read["p_mcnemar"].tolist() == pytest.approx([p, 1, p])
    assert read["p_mcnemar_holm"].tolist() == pytest.approx([2 * p, 1, p])
    assert read["score_difference"].tolist()[0] == pytest.approx(6 / 32)
    assert read["folds"].tolist() == [2, 2, 2]
    assert read["p_delong"].isna().tolist() == [False, True, False]
