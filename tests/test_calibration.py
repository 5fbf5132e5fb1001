"""Calibration against scikit-learn, and on probabilities whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from draw_calibration_curves import calibration_curves, curve, draw
from regrade.calibration import bin_of, calibration_scores
from regrade.intervals import wilson
from regrade.tables import read_table, write_table
from tabulate_calibration import calibration_table


def run_of(truth, chances, experiment="2d", **run):
    table = pd.DataFrame({"truth": truth, "p_HGG": chances, "predicted": "HGG"})
    table["subject"] = [f"S{number:03d}" for number in range(len(table))]
    words = {"experiment": experiment, "fold": 0, "seed": 1, "epoch": 1, "role": "test"}
    return table.assign(**(words | run))


def drawn(size, slope=1.0, shift=0.0, seed=0):
    """Draw subjects whose log odds are ``shift`` + ``slope`` times those predicted."""
    generator = np.random.default_rng(seed)
    odds = generator.normal(scale=1.5, size=size)
    positive = generator.random(size) < expit(shift + slope * odds)
    return run_of(np.where(positive, "HGG", "LGG"), expit(odds))


def scores_of(run, weights=None, bins=10):
    weights = np.ones((1, len(run))) if weights is None else weights
    scores = calibration_scores(run, weights, outcomes=["HGG"], bins=bins)
    return {name.removesuffix(" (HGG)"): values for name, values in scores.items()}


def test_four_subjects_by_hand():
    run = run_of(["LGG", "HGG", "LGG", "HGG"], [0.1, 0.15, 0.8, 1.0])
    scores = scores_of(run)
    assert scores["Brier score"] == pytest.approx((0.01 + 0.7225 + 0.64 + 0) / 4)
    # Bins 1, 8 and 9: |.25 - 1|, |.8 - 0| and |1 - 1| over four.
    assert scores["Calibration error"] == pytest.approx((0.75 + 0.8) / 4)
    assert scores_of(run, bins=2)["Calibration error"] == pytest.approx(
        (abs(0.25 - 1) + abs(1.8 - 1)) / 4
    )


def test_bins_reach_from_0_to_1():
    assert bin_of(np.array([0, 0.09, 0.1, 0.95, 1]), 10).tolist() == [0, 0, 1, 9, 9]


def test_scores_of_resamples_agree_with_scikit_learn():
    run = drawn(80)
    weights = np.random.default_rng(1).multinomial(80, [1 / 80] * 80, size=3)
    scores = scores_of(run, weights.astype(float))
    truth, odds = run["truth"] == "HGG", logit(run["p_HGG"].to_numpy())[:, None]
    for number, often in enumerate(weights):
        brier = brier_score_loss(truth, run["p_HGG"], sample_weight=often)
        assert scores["Brier score"][number] == pytest.approx(brier)
        fit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
        fit.fit(odds, truth, sample_weight=often)
        slope = scores["Calibration slope"][number]
        assert slope == pytest.approx(fit.coef_[0, 0], rel=1e-4)
        # The intercept makes the mean probability the share of the outcome.
        moved = expit(odds[:, 0] + scores["Calibration intercept"][number])
        assert np.average(moved - truth, weights=often) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize(
    ("slope", "shift"), [(1, 0), (0.5, 0), (2, 0), (1, 1), (1, -2)]
)
def test_probabilities_that_are_wrong_in_a_known_way(slope, shift):
    scores = scores_of(drawn(20_000, slope, shift))
    assert scores["Calibration slope"] == pytest.approx(slope, abs=0.06)
    if slope == 1:
        assert scores["Calibration intercept"] == pytest.approx(shift, abs=0.06)
        assert (scores["Calibration error"] < 0.02) == (shift == 0)


@pytest.mark.parametrize(
    ("truth", "chances"),
    [
        (["LGG", "LGG", "HGG", "HGG"], [0.1, 0.2, 0.3, 0.4]),  # parted
        (["HGG", "HGG", "LGG", "LGG"], [0.1, 0.2, 0.3, 0.4]),  # parted, wrongly
        (["LGG", "HGG", "LGG", "HGG"], [0.3, 0.3, 0.3, 0.3]),
        (["HGG", "HGG", "HGG", "HGG"], [0.1, 0.2, 0.3, 0.4]),
    ],
)
def test_without_overlap_there_is_no_slope(truth, chances):
    assert np.isnan(scores_of(run_of(truth, chances))["Calibration slope"])


def test_certain_probabilities_have_log_odds_too():
    scores = scores_of(run_of(["LGG", "HGG", "LGG", "HGG"], [0.0, 1.0, 1.0, 0.0]))
    assert scores["Calibration slope"] == pytest.approx(0, abs=1e-9)
    assert scores["Calibration intercept"] == pytest.approx(0, abs=1e-6)


def test_without_one_class_there_is_no_intercept():
    scores = scores_of(run_of(["HGG", "HGG"], [0.3, 0.6]))
    assert np.isnan(scores["Calibration intercept"])
    assert scores["Brier score"] == pytest.approx((0.49 + 0.16) / 2)


ROWS = [{"item": "Beyond", "row": "2D", "experiment": "2d"}]


def test_the_table_has_a_row_a_score(tmp_path):
    settings = {"classes": ["LGG", "HGG"], "scope": "demo", "resamples": 50, "seed": 1}
    table = calibration_table(drawn(60), ROWS, outcomes=["HGG"], bins=10, **settings)
    write_table(table, tmp_path / "calibration.csv", "table")
    cells = read_table(tmp_path / "calibration.csv", "table").set_index("column")
    assert cells["unit"].tolist() == ["fraction", "fraction", "number", "number"]
    slope = cells.loc["Calibration slope (HGG)"]
    assert slope["low"] < slope["value"] < slope["high"]
    assert pd.isna(cells.loc["Calibration error (HGG)", "low"])


def test_a_curve_counts_a_patient_of_two_runs_once():
    run = run_of(["LGG", "HGG", "HGG", "HGG"], [0.12, 0.18, 0.15, 0.95])
    twice = pd.concat([run, run.assign(seed=2)])
    points = curve(twice, "HGG", 10)
    assert points["bin"].tolist() == [1, 9]
    assert points["subjects"].tolist() == [3, 1]
    assert points["predicted"].tolist() == pytest.approx([0.15, 0.95])
    assert points["observed"].tolist() == pytest.approx([2 / 3, 1])
    assert points.loc[0, ["low", "high"]].tolist() == pytest.approx(wilson(2 / 3, 3))


def test_curves_are_drawn_in_a_panel_each(tmp_path):
    runs = [drawn(40, seed=seed) for seed in (1, 2)]
    runs[1]["experiment"] = "3d"
    rows = [{"experiment": name, "label": name.upper()} for name in ("2d", "3d")]
    classes = {"outcomes": ["HGG"], "classes": ["LGG", "HGG"]}
    curves = calibration_curves(pd.concat(runs), rows, bins=5, **classes)
    write_table(curves, tmp_path / "curves.csv", "calibration_curves")
    shown = [axes for axes in draw(curves).axes if axes.axison]
    assert [axes.get_title() for axes in shown] == ["2D\nHGG", "3D\nHGG"]
    line = shown[0].lines[1].get_xydata()
    points = curves[curves["experiment"] == "2d"]
    assert line.tolist() == points[["predicted", "observed"]].to_numpy().tolist()
