"""Checks of sentences, changes and sums on tables whose answers anyone can work out."""

from dataclasses import replace

import pandas as pd
import pytest

from regrade.audit import check_folds, check_words
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    UNKNOWN,
    printed,
    published_cells,
)
from regrade.audit.words import (
    count_parameters,
    least_p_of_counts,
    ordered,
    p_of_means,
    ways_to_read,
)


def verdict(findings):
    [found] = findings
    return found["verdict"]


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


def test_an_order_that_may_be_read_in_several_ways():
    numbers = cells(a="0.90", b="0.80")
    up, down = ([[place(x), place(y)]] for x, y in ("ab", "ba"))
    for readings, expected in [
        ({"one": up, "other": up}, HOLDS),
        ({"one": up, "other": down}, OTHER),
        ({"one": down, "other": down}, IMPOSSIBLE),
    ]:
        found = check_words.orders_as_read(numbers, {}, readings=readings)
        assert verdict(found) == expected


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
