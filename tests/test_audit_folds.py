"""Checks of means over folds and of several classes, on tables anyone can work out."""

import numpy as np
import pytest

from regrade.audit import check_classes, check_folds
from regrade.audit.class_matrices import f1_slack, fit_matrix, outlier, without_each
from regrade.audit.folds import (
    f1_bounds,
    folds_behind,
    patients_needed,
    reachable_f1,
    sizes_of_class,
    spread_folds,
)
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    printed,
)
from regrade.metrics import class_scores


def test_f1_scores_of_two_patients_and_one_other():
    values = reachable_f1((2, 2), 3, 0, 1)
    # tp 0, 1, 2 and fp 0, 1: 2 tp / (tp + fp + 2)
    assert values == pytest.approx(sorted({0, 2 / 3, 2 / 4, 4 / 4, 4 / 5}))


def test_folds_behind_a_mean_are_found_and_others_are_not():
    values = np.array([0.5, 0.75, 1.0])
    found = folds_behind(printed("0.7500", sd="0.250"), values, 3)
    assert set(found) == {1}
    assert sorted(found[1]) == [0.5, 0.75, 1.0]
    found = folds_behind(printed("0.7500", sd="0.204"), values, 3)
    assert set(found) == {0}
    assert folds_behind(printed("0.7600", sd="0.250"), values, 3) == {}


def test_patients_that_one_error_needs():
    # One error among n in one of two folds: the mean is 1 - 1 / (2 (2n + 1)).
    mean = (1 + 2 * 9 / (2 * 9 + 1)) / 2
    assert mean == pytest.approx(1 - 1 / (2 * 19))
    needed = patients_needed(printed(f"{mean:.10f}"), 2)
    assert needed == 9
    assert patients_needed(printed("1.00"), 2) == 0


def test_sizes_of_a_class_cover_chance():
    low, high = sizes_of_class(50, 100, 50, 0.01)
    assert low == 100 // 2 - high
    assert 15 <= low <= 21


def test_f1_of_one_fold_is_that_of_precision_and_recall():
    numbers = [printed(text, sd="0") for text in ("0.600", "0.900", "0.720")]
    low, high = f1_bounds(*numbers, 1, 9)
    assert (low, high) == (pytest.approx(0.72, abs=1e-3),) * 2


def test_f1_of_random_folds_lies_within_its_bounds():
    generator = np.random.default_rng(0)
    for _ in range(15):
        p, r = generator.uniform(0.5, 1, (2, 3))
        f1 = 2 * p * r / (p + r)
        texts = [f"{part.mean():.4f}" for part in (p, r, f1)]
        numbers = [printed(text, sd=f"{f1.std(ddof=1):.3f}") for text in texts]
        low, high = f1_bounds(*numbers, 3, 15)
        assert low - 1e-4 <= f1.mean() <= high
        assert (spread_folds(p.mean(), 3, 5).mean(axis=1) - p.mean()).max() < 1e-9


def test_f1_bounds_of_folds_that_differ_in_little_but_precision():
    """A grid alone has no folds with so small an SD."""
    p = np.array([0.498, 0.518, 0.5455])
    f1 = 2 * p / (p + 1)
    numbers = [
        printed(f"{part.mean():.4f}", sd=f"{f1.std(ddof=1):.3f}")
        for part in (p, np.ones(3), f1)
    ]
    low, high = f1_bounds(*numbers, 3, 9)
    assert low <= f1.mean() + 1e-4
    assert f1.mean() <= high


def test_f1_bounds_where_every_recall_is_one():
    """From a clean table that was accused before the folds were drawn together."""
    numbers = [
        printed("0.6755", sd=""),
        printed("1.0000", sd=""),
        printed("0.8061", sd="0.019"),
    ]
    low, high = f1_bounds(*numbers, 3, 17)
    assert low <= 0.8062
    assert high == pytest.approx(0.8064, abs=1e-4)


@pytest.mark.parametrize("precision", ["1.0004", "9.5000"])
def test_a_precision_above_one_is_impossible(precision):
    numbers = {
        ("Table", "model", "precision"): printed(precision),
        ("Table", "model", "recall"): printed("0.9000"),
        ("Table", "model", "f1"): printed("0.9200", sd="0.010"),
        ("text", "split", "folds"): printed("3", "count"),
    }
    places = {name: ["Table", "model", name] for name in ("precision", "recall", "f1")}
    [found] = check_folds.f1_of_means(
        numbers, {}, **places, folds=["text", "split", "folds"], steps=9
    )
    assert found["verdict"] == IMPOSSIBLE
    assert f"{float(precision)} is no share" in found["evidence"]


def test_f1_bounds_where_nothing_was_recalled():
    numbers = (printed("0.0000"), printed("0.0000"), printed("0.0000", sd="0.000"))
    low, high = f1_bounds(*numbers, 3, 9)
    assert low == pytest.approx(0, abs=1e-3)
    assert low <= high < 1e-3


# Three classes


MATRIX = np.array([[20, 4, 0], [3, 75, 0], [0, 1, 74]])


def nine(scoring, matrix=MATRIX):
    scores = class_scores(matrix, scoring=scoring)
    return {name: scores[name] for name in ("Precision", "Recall", "Specificity")}


@pytest.mark.parametrize("scoring", ["right", "wrong_axis"])
def test_the_matrix_behind_nine_scores_is_found(scoring):
    fit = fit_matrix(nine(scoring), MATRIX.sum(axis=1), scoring)
    assert fit.rms < 1e-4
    shares = MATRIX / MATRIX.sum(axis=1, keepdims=True)
    assert np.abs(fit.shares - shares).max() < 0.002
    other = {"right": "wrong_axis", "wrong_axis": "right"}[scoring]
    assert fit_matrix(nine(scoring), MATRIX.sum(axis=1), other).rms > 0.015


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        (0.003, 0.0001, HOLDS),  # all fits leave so much
        (0.015, 0.01, HOLDS),
        (0.015, 0.001, OTHER),  # the wrong scoring comes far closer
        (0.03, 0.01, OTHER),
        (0.03, 0.03, IMPOSSIBLE),
    ],
)
def test_what_is_left_decides_between_the_scorings(right, wrong, expected):
    left = {"right": right, "wrong_axis": wrong}
    assert check_classes.judge(left, limit=0.02, floor=0.004, better=5) == expected


def test_a_misprint_among_the_scores_is_named():
    scores = nine("right")
    scores["Recall"][1] -= 0.08
    fits = without_each(scores, MATRIX.sum(axis=1), "right")
    assert outlier(fits, 1.5) == ("Recall", 1)


def test_recalls_that_no_matrix_has_beside_these_f1_scores():
    scores = class_scores(MATRIX, scoring="right")
    recall, f1 = ([(v, v) for v in scores[name]] for name in ("Recall", "F1"))
    counts = MATRIX.sum(axis=1)
    widened = [(low - 1e-6, high + 1e-6) for low, high in f1]
    assert f1_slack(recall, widened, [0.01] * 3, counts, 0.01) == 0
    # All patients of two classes right, but 0.6 of the third: F1 of 1 cannot be.
    recall = [(0.6, 0.6), (1, 1), (1, 1)]
    needed = f1_slack(recall, [(0.75, 0.75), (1, 1), (1, 1)], [0.01] * 3, counts, 0.01)
    assert needed > 1
