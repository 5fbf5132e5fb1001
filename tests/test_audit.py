"""Checks of printed numbers on tables whose answers anyone can work out."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from regrade.audit import check_classes, check_folds, check_rows, check_words
from regrade.audit.class_matrices import f1_slack, fit_matrix, outlier, without_each
from regrade.audit.curves import (
    area_bounds,
    p_of_areas,
    ranked_pairs,
    reachable_share,
    standard_error,
)
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
    UNKNOWN,
    number_at,
    printed,
    published_cells,
)
from regrade.audit.two_class import fitting, matrices_behind, matrices_without_one
from regrade.audit.words import (
    count_parameters,
    least_p_of_counts,
    ordered,
    p_of_means,
    ways_to_read,
)
from regrade.metrics import class_scores

COUNTS = {"sick": 4, "well": 2}


def row(**scores):
    return {name: printed(text) for name, text in scores.items()}


def verdict(findings):
    [found] = findings
    return found["verdict"]


# Printed numbers


def test_a_printed_number_keeps_its_rounding():
    number = printed("0.970", "fraction", "0.02")
    assert (number.half, number.sd_half, number.decimals) == (0.0005, 0.005, 3)
    assert number.holds(0.9705)
    assert number.holds(0.9695)
    assert not number.holds(0.9706)
    assert printed("12", "count").half == 0
    assert printed("78", "%").fraction.low == pytest.approx(0.775)


@pytest.mark.parametrize("words", ["5-8", "3.0.1", "<0.0001", "Deep CNN", "5e-4", ""])
def test_words_are_no_numbers(words):
    assert printed(words) is None


def test_a_place_that_is_not_printed_is_named():
    with pytest.raises(ValueError, match=r"\['Table 9', 'a', 'b'\].*not among"):
        number_at({}, ["Table 9", "a", "b"])


# Two classes


def test_one_matrix_is_behind_a_row_by_definition():
    right = row(accuracy="0.571", sensitivity="0.600", specificity="0.500")
    found = fitting(matrices_behind(right, "sick", "well", {"sick": 5, "well": 2}))
    assert set(found) == {("sensitivity and specificity", "sick")}
    assert found["sensitivity and specificity", "sick"].T.tolist() == [[3, 1, 2, 1]]


def test_predictive_values_are_told_from_sensitivity_and_specificity():
    # tp 2, fp 1, fn 2, tn 1
    values = row(accuracy="0.500", sensitivity="0.667", specificity="0.333")
    found = fitting(matrices_behind(values, "sick", "well", COUNTS))
    assert set(found) == {("PPV and NPV", "sick")}


def test_swapped_columns_are_those_of_the_other_class():
    swapped = row(accuracy="0.667", sensitivity="0.500", specificity="0.750")
    found = fitting(matrices_behind(swapped, "sick", "well", COUNTS))
    assert ("sensitivity and specificity", "well") in found
    assert ("sensitivity and specificity", "sick") not in found


def test_the_mean_is_that_of_the_same_two_columns():
    row_of = {"sensitivity": "0.667", "specificity": "0.333"}
    assert fitting(matrices_behind(row(mean="0.500", **row_of), "sick", "well", COUNTS))
    assert not fitting(
        matrices_behind(row(mean="0.501", **row_of), "sick", "well", COUNTS)
    )


def test_the_one_number_that_spoils_a_row_is_found():
    spoilt = row(accuracy="0.668", sensitivity="0.750", specificity="0.500")
    assert not fitting(matrices_behind(spoilt, "sick", "well", COUNTS))
    found = matrices_without_one(spoilt, "sick", "well", COUNTS)
    # Sensitivity or specificity left out does not help: no k / 6 prints as 0.668.
    assert {left_out for left_out, _ in found} == {"accuracy"}


def test_mlscorecheck_agrees_on_random_rows():
    """The second way: which of two readings can be, by a package's own search."""
    from mlscorecheck.check.binary import check_1_testset_no_kfold

    from regrade.audit.outside import quiet

    generator = np.random.default_rng(1)
    seen = set()
    for _ in range(60):
        tp, tn = generator.integers([5, 2], [20, 9])
        noise = generator.choice([0, 0.001])
        values = [(tp + tn) / 27 + noise, tp / 19, tn / 8]
        texts = dict(
            zip(
                ("accuracy", "sensitivity", "specificity"),
                [f"{value:.4f}" for value in values],
                strict=True,
            )
        )
        own = fitting(matrices_behind(row(**texts), "p", "n", {"p": 19, "n": 8}))
        for pair, names in {
            "sensitivity and specificity": ("acc", "sens", "spec"),
            "PPV and NPV": ("acc", "ppv", "npv"),
        }.items():
            scores = dict(zip(names, map(float, texts.values()), strict=True))
            with quiet():
                theirs = check_1_testset_no_kfold(
                    testset={"p": 19, "n": 8}, scores=scores, eps=5e-5
                )
            assert ((pair, "p") in own) == (not theirs["inconsistency"]), texts
            seen.add((pair, theirs["inconsistency"]))
    assert len(seen) >= 3


def test_one_meaning_of_the_columns_in_all_rows():
    by_name, other = ("sensitivity and specificity", "sick"), ("PPV and NPV", "sick")
    matrix = np.zeros((4, 1), int)

    def meaning(*rows):
        explained = {
            ("t", str(number)): check_rows.Explained(
                "sick", dict.fromkeys(row, matrix), {}
            )
            for number, row in enumerate(rows)
        }
        return check_rows.one_reading(explained, "sick")["verdict"]

    assert meaning([by_name, other], [by_name]) == HOLDS
    assert meaning([by_name, other], [other]) == OTHER
    assert meaning([by_name], [other]) == IMPOSSIBLE


# Areas


def test_the_area_is_bounded_by_all_orders_that_a_threshold_leaves():
    """Two positives and two negatives above the threshold, and as many below."""
    areas = [
        np.mean(
            [p > n for p in (*above[:2], *below[:2]) for n in (*above[2:], *below[2:])]
        )
        for above in permutations((9, 8, 7, 6))
        for below in permutations((4, 3, 2, 1))
    ]
    assert (min(areas), max(areas)) == pytest.approx(area_bounds(2, 2, 2, 2))


def test_an_area_lies_on_the_grid_of_pairs():
    assert ranked_pairs(printed("0.42"), 12, ties=False) == [5]
    assert ranked_pairs(printed("0.45"), 12, ties=False) == []
    assert ranked_pairs(printed("0.46"), 12, ties=True) == [5.5]
    # 0, 0.5 and 1 of the eleven numbers with one digit
    assert reachable_share(1, 2) == pytest.approx(3 / 11)


def test_hanley_and_mcneil():
    # With one patient of each class the AUC is a coin's toss.
    assert standard_error(0.7, 1, 1) == pytest.approx(np.sqrt(0.7 * 0.3))
    # 3A-7.5: standard errors .0125 and .0150, p .54, .19 and .07
    assert standard_error(0.9684, 121, 34) == pytest.approx(0.0125, abs=5e-5)
    values = [p_of_areas((0.9684, 0.9565), 121, 34, r) for r in (0, 0.8, 0.9)]
    assert values == pytest.approx([0.54, 0.19, 0.07], abs=0.005)


# Folds


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


# Words


@pytest.mark.parametrize(
    ("stated", "factors", "ways"),
    [
        ("10.0", [1], [("points", 1)]),
        ("20.0", [1], [("per cent of the first", 1)]),
        ("16.7", [1], [("per cent of the second", 1)]),
        ("2.0", [0.1, 10], [("per cent of the first", 0.1)]),
        ("12.0", [1], []),
    ],
)
def test_what_a_change_from_a_half_to_six_tenths_may_be_called(stated, factors, ways):
    found = ways_to_read(
        printed(stated, "%"), printed("0.5000"), printed("0.6000"), factors
    )
    assert found == ways


def test_points_of_percentages_are_as_they_are():
    start, end = printed("50.00", "%"), printed("60.00", "%")
    assert ("points", 1) in ways_to_read(printed("10.0", "%"), start, end, [1])


def test_order_is_open_within_the_rounding():
    assert ordered(printed("0.9"), printed("0.81")) is True
    assert ordered(printed("0.9"), printed("0.86")) is None
    assert ordered(printed("0.81"), printed("0.9")) is False


def test_small_p_values():
    # Five pairs, all to one side: 2 / 2^5
    assert least_p_of_counts(10, 5) == 0.0625
    assert least_p_of_counts(7, 7) == 1
    # Student's t with equal variances: t = 1 / sqrt(2 / 3), 4 degrees of freedom
    first, second = printed("2", sd="1"), printed("1", sd="1")
    assert p_of_means(first, second, 3) == pytest.approx(0.2879, abs=1e-4)


def test_parameters_are_counted():
    layers = [{"conv": [2, 3, 5], "times": 2}, {"norm": 3}, {"linear": [3, 4]}]
    assert count_parameters({"all": layers}) == {"all": 60 + 6 + 16}


# Findings


def cells(**numbers):
    """Print numbers under the place [t, r, name]; a tuple is a number and its SD."""
    texts = {n: v if isinstance(v, tuple) else (v, "") for n, v in numbers.items()}
    rows = [
        {"item": "t", "row": "r", "column": name, "value": v, "sd": sd}
        for name, (v, sd) in texts.items()
    ]
    return published_cells(pd.DataFrame(rows).assign(unit=""))


def place(name):
    return ["t", "r", name]


@pytest.mark.parametrize(
    ("whole", "expected"), [("7", HOLDS), ("6", OTHER), ("5", IMPOSSIBLE)]
)
def test_sums(whole, expected):
    numbers = {
        name: replace(number, half=0)
        for name, number in cells(a="3", b="4", c="1", whole=whole).items()
    }
    parts = [place("a"), place("b")]
    readings = {"all": {"add": parts}, "less": {"add": parts, "less": [place("c")]}}
    found = check_words.sums(numbers, {}, whole=place("whole"), readings=readings)
    assert verdict(found) == expected


def test_repeated_numbers_may_have_fewer_digits_but_not_another_sd():
    numbers = cells(a=("0.874", "0.03"), b=("0.8739", "0.033"), c=("0.8739", "0.041"))
    for names, expected in {"ab": HOLDS, "bc": IMPOSSIBLE}.items():
        found = check_words.repeated(numbers, {}, places=[place(n) for n in names])
        assert verdict(found) == expected


def test_an_order_by_name_and_by_definition():
    numbers = cells(a="0.90", b="0.80", c="0.80")
    pair, back, tie = ([place(x), place(y)] for x, y in ("ab", "ba", "bc"))
    assert verdict(check_words.orders(numbers, {}, pairs=[pair])) == HOLDS
    assert verdict(check_words.orders(numbers, {}, pairs=[pair, back])) == IMPOSSIBLE
    assert verdict(check_words.orders(numbers, {}, pairs=[pair, tie])) == UNKNOWN
    defined = {tuple(place("a")): 0.6, tuple(place("b")): 0.7}
    assert verdict(check_words.orders(numbers, defined, pairs=[pair])) == OTHER


def test_averages_and_their_weights():
    numbers = cells(a="0.80", b="0.60", one="1", three="3", m="0.75", n="0.70", o="0.9")
    weights = {
        "3 to 1": [place("three"), place("one")],
        "alike": [place("one"), place("one")],
    }
    parts = [[place("a"), place("b")]]
    for name, fixed, expected in (
        ("m", True, HOLDS),
        ("n", True, OTHER),
        ("o", False, UNKNOWN),
        ("o", True, IMPOSSIBLE),
    ):
        found = check_words.averages(
            numbers, {}, stated=[place(name)], parts=parts, weights=weights, fixed=fixed
        )
        assert verdict(found) == expected


def test_averages_of_folds_stay_near_the_classes():
    numbers = [printed("0.80", sd="0.03"), printed("0.60", sd="0.01")]
    low, high = check_words.range_of_averages(numbers)
    # 0.03 + 0.01, and half a unit of each SD and of the score
    assert (low, high) == (pytest.approx(0.545), pytest.approx(0.855))


def test_an_accuracy_that_was_cut_off():
    numbers = published_cells(accuracies())
    for name, expected in {"a": HOLDS, "b": OTHER, "c": IMPOSSIBLE}.items():
        found = check_folds.accuracy_of_folds(
            numbers,
            {},
            accuracy=place(name),
            everyone=[place("n")],
            folds=place("folds"),
            parts=[1, 1],
        )
        assert verdict(found) == expected


def accuracies():
    # 2 of 3 patients, each tested once
    texts = {"a": "66.67", "b": "66.66", "c": "66.70", "n": "6", "folds": "1"}
    rows = [{"column": n, "value": v} for n, v in texts.items()]
    return pd.DataFrame(rows).assign(item="t", row="r", sd="", unit="%")
