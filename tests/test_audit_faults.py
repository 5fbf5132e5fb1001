"""A clean table is not accused, and one with a planted fault is.

Full counts: docs/audit.md.
"""

from pathlib import Path

import numpy as np
import planted_faults as planted
import pytest
import yaml

CLAIMS = Path(__file__).parents[1] / "workflow/published/chatterjee2022_claims.yaml"
GIVEN = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))["given"]
# Of ten tables with the fault, at least so many are caught; a digit of an AUC may give
# another that the row allows.
ALWAYS, OFTEN = 10, 2
LEAST = {
    planted.digit_of_an_area: OFTEN,
    planted.digit_of_a_class_score: OFTEN,
    planted.digit_of_f1: OFTEN,
}


def number_accused(make, claims, tries, seed):
    generator = np.random.default_rng(seed)
    return sum(bool(planted.accused(make(generator), claims)) for _ in range(tries))


def test_clean_tables_of_two_classes_are_not_accused():
    claims = planted.two_class_claims()
    assert number_accused(planted.two_class_table, claims, 100, 2) == 0


def test_clean_tables_of_three_classes_are_not_accused():
    claims = planted.class_claims(GIVEN)
    assert number_accused(planted.class_table, claims, 15, 3) == 0


@pytest.mark.parametrize("fault", planted.TWO_CLASSES, ids=lambda f: f.__name__)
def test_faults_of_two_classes_are_caught(fault):
    make = planted.planted(planted.two_class_table, fault)
    caught = number_accused(make, planted.two_class_claims(), 10, 4)
    assert caught >= LEAST.get(fault, ALWAYS)


@pytest.mark.parametrize("fault", planted.THREE_CLASSES, ids=lambda f: f.__name__)
def test_faults_of_three_classes_are_caught(fault):
    make = planted.planted(planted.class_table, fault)
    caught = number_accused(make, planted.class_claims(GIVEN), 10, 5)
    assert caught >= LEAST.get(fault, ALWAYS)


def test_a_wrong_axis_is_caught():
    claims = planted.class_claims(GIVEN)
    wrong = number_accused(
        lambda g: planted.class_table(g, "wrong_axis"), claims, 10, 6
    )
    assert wrong == ALWAYS
