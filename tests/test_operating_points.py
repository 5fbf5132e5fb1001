"""Thresholds of validation subjects, and decision curves."""

import numpy as np
import pandas as pd
import pytest

from choose_operating_points import operating_points, threshold_of
from draw_decision_curves import (
    EVERYONE,
    NOBODY,
    THRESHOLDS,
    decision_curves,
    draw,
    net_benefits,
)
from regrade.tables import read_table, write_table

ROWS = [{"item": "Beyond", "row": "2D", "experiment": "2d"}]
SETTINGS = {"outcomes": ["HGG"], "classes": ["LGG", "HGG"]}
DRAWS = {"resamples": 50, "seed": 1}


def subjects(role, truth, chances, **run):
    table = pd.DataFrame({"truth": truth, "p_HGG": chances, "predicted": "LGG"})
    table["subject"] = [f"{role}{number}" for number in range(len(table))]
    words = {"experiment": "2d", "fold": 0, "seed": 1, "epoch": 1, "role": role}
    return table.assign(p_LGG=1 - table["p_HGG"], **(words | run))


def test_the_largest_youden_index_at_the_highest_threshold():
    truth = np.array([False, False, True, False, True, True])
    chance = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7])
    # From .6 on: 2 of 3 found, none falsely. From .3 on: all, 1 of 3 falsely. As good.
    assert threshold_of(truth, chance, None) == 0.6
    assert threshold_of(truth, chance, 0.6) == 0.6
    assert threshold_of(truth, chance, 0.7) == 0.3
    assert threshold_of(truth, chance, 0.3) == 0.7


def test_of_one_class_alone_there_is_no_threshold():
    assert np.isnan(threshold_of(np.array([True, True]), np.array([0.1, 0.2]), None))
    assert np.isnan(threshold_of(np.array([False]), np.array([0.1]), None))


def two_roles(validation=("LGG", "HGG")):
    """Give a threshold of 0.3, by which one LGG of two and all three HGG are found."""
    chosen = subjects("validation", list(validation), [0.2, 0.3])
    tests = subjects(
        "test", ["LGG", "LGG", "HGG", "HGG", "HGG"], [0.1, 0.3, 0.31, 0.4, 0.9]
    )
    return pd.concat([chosen, tests], ignore_index=True)


def point_of(predictions, **changed):
    ways = SETTINGS | {"least_sensitivity": None, "scope": "demo"} | DRAWS | changed
    table = operating_points(predictions, ROWS, **ways)
    return table.set_index("column")


def test_test_subjects_are_scored_at_the_threshold_of_others(tmp_path):
    table = point_of(two_roles())
    expected = {"Threshold": 0.3, "SEN at threshold": 1, "SPE at threshold": 0.5}
    expected |= {"APCA at threshold": 0.75, "Acc at threshold": 0.8}
    values = {f"{name} (HGG)": value for name, value in expected.items()}
    assert table["value"].to_dict() == pytest.approx(values)
    assert pd.isna(table.loc["Threshold (HGG)", "low"])
    assert table.loc["SPE at threshold (HGG)", ["low", "high"]].tolist() == [0, 1]
    write_table(table.reset_index(), tmp_path / "points.csv", "table")


def test_no_test_subject_has_a_say_in_the_threshold():
    predictions = two_roles()
    tested = predictions["role"] == "test"
    predictions.loc[tested, "p_HGG"] = [0.9, 0.8, 0.1, 0.2, 0.3]
    assert point_of(predictions).loc["Threshold (HGG)", "value"] == 0.3


def test_each_run_has_its_own_threshold():
    second = two_roles().assign(seed=2)
    second["p_HGG"] /= 2
    table = point_of(pd.concat([two_roles(), second]))
    assert table.loc["Threshold (HGG)", "value"] == pytest.approx((0.3 + 0.15) / 2)
    assert table.loc["SEN at threshold (HGG)", "value"] == 1


def test_without_both_classes_to_choose_by_scores_are_undefined():
    table = point_of(two_roles(validation=("HGG", "HGG")))
    assert table["value"].isna().all()


def test_without_validation_subjects_there_is_a_sentence():
    tests = two_roles().query("role == 'test'")
    with pytest.raises(
        ValueError, match="'2d', fold 0, seed 1, hold no validation sub"
    ):
        point_of(tests)


def benefits(predictions, everyone=False):
    found = net_benefits(
        predictions, np.ones((1, len(predictions))), outcome="HGG", everyone=everyone
    )
    return {threshold: values[0] for threshold, values in found.items()}


def test_net_benefit_by_hand():
    tests = subjects(
        "test", ["LGG", "LGG", "LGG", "HGG", "HGG"], [0.1, 0.5, 0.7, 0.3, 0.8]
    )
    found = benefits(tests)
    # At 1/2 two LGG are treated and one HGG; at 1/4, with odds 1/3, two and two.
    assert found[0.5] == pytest.approx((1 - 2) / 5)
    assert found[0.25] == pytest.approx((2 - 2 / 3) / 5)
    assert found[0.75] == pytest.approx(1 / 5)
    assert found[0.99] == 0
    treated = benefits(tests, everyone=True)
    assert treated[0.5] == pytest.approx((2 - 3) / 5)
    assert treated[0.4] == pytest.approx(0)  # the share of HGG


def test_curves_have_everyone_and_nobody_beside_the_models(tmp_path):
    tests = subjects("test", ["LGG", "LGG", "HGG", "HGG"], [0.1, 0.2, 0.7, 0.9])
    rows = [{"experiment": "2d", "label": "2D"}]
    curves = decision_curves(tests, rows, **SETTINGS, **DRAWS)
    write_table(curves, tmp_path / "curves.csv", "decision_curves")
    read = read_table(tmp_path / "curves.csv", "decision_curves")
    assert read["label"].value_counts().to_dict() == dict.fromkeys(
        ["2D", EVERYONE, NOBODY], len(THRESHOLDS)
    )
    perfect = read[(read["label"] == "2D") & read["threshold"].between(0.2, 0.7)]
    assert perfect["net_benefit"].iloc[1:].tolist() == pytest.approx([0.5] * 50)
    assert (read.loc[read["label"] == NOBODY, "net_benefit"] == 0).all()
    assert (read["low"] <= read["net_benefit"] + 1e-9).all()
    (axes,) = draw(curves).axes
    assert [line.get_label() for line in axes.lines] == ["2D", EVERYONE, NOBODY]
