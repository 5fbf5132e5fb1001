"""Checks of rows of two classes on tables whose answers anyone can work out."""

from itertools import permutations

import numpy as np
import pytest

from regrade.audit import check_rows
from regrade.audit.curves import (
    area_bounds,
    p_of_areas,
    ranked_pairs,
    reachable_share,
    standard_error,
)
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    number_at,
    printed,
)
from regrade.audit.two_class import fitting, matrices_behind, matrices_without_one

COUNTS = {"sick": 4, "well": 2}


def row(**scores):
    return {name: printed(text) for name, text in scores.items()}


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
