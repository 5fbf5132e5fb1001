"""The parts of leak probes, on numbers that anyone can work out."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from probed import subjects

from probe_duplicates import details, probe_duplicates
from probe_header import header_features
from probe_slices import probe_slices, split_by_slices
from read_headers import without_tumour
from regrade.probing import (
    answer,
    finding,
    items_asked,
    label_draws,
    p_of,
    people,
    smallest_p,
)
from regrade.questions import (
    Question,
    questions_of_classes,
    questions_of_pairs,
    questions_of_sources,
)
from regrade.small_images import (
    cells_of,
    outline,
    outside,
    read_packed,
    small,
    spread,
)
from regrade.tables import write_table

CLASSES = ["LGG", "HGG", "healthy"]
TEST = {"permutations": 199, "seed": 1, "alpha": 1.0}


def splits(folds: int = 1, **counts: int) -> pd.DataFrame:
    """Every third subject is tested, in each fold another third."""
    table = subjects(**counts)
    tested = [(np.arange(len(table)) + fold) % 3 == 0 for fold in range(folds)]
    return pd.concat(
        [
            table.assign(fold=fold, role=np.where(third, "test", "train"))
            for fold, third in enumerate(tested)
        ],
        ignore_index=True,
    )


def words(questions) -> list[tuple[str, bool]]:
    return [(question.words, question.confounded) for question in questions]


def test_classes_of_one_cohort_are_asked_within_it():
    table = subjects(LGG_a=1, HGG_a=1)
    assert words(questions_of_classes(table, CLASSES)) == [
        ("LGG or HGG, within a", False)
    ]


def test_a_class_of_another_cohort_is_confounded_by_design():
    table = subjects(LGG_a=1, HGG_a=1, healthy_b=1)
    assert words(questions_of_classes(table, CLASSES)) == [
        ("LGG or HGG, within a", False),
        ("LGG or healthy, all cohorts", True),
        ("HGG or healthy, all cohorts", True),
    ]
    assert words(questions_of_pairs(table, CLASSES)) == [
        ("LGG or HGG, all cohorts", False),
        ("LGG or healthy, all cohorts", False),
        ("HGG or healthy, all cohorts", False),
    ]


def test_two_cohorts_with_both_classes_are_asked_by_themselves():
    table = subjects(LGG_a=1, HGG_a=1, LGG_b=1, HGG_b=1)
    assert words(questions_of_classes(table, CLASSES)) == [
        ("LGG or HGG, within a", False),
        ("LGG or HGG, within b", False),
    ]
    assert words(questions_of_sources(table, CLASSES)) == [
        ("a or b, within LGG", False),
        ("a or b, within HGG", False),
    ]


def test_a_cohort_of_one_class_tells_it():
    table = subjects(LGG_a=1, HGG_a=1, LGG_b=1)
    assert words(questions_of_classes(table, CLASSES)) == [
        ("LGG or HGG, within a", False),
        ("LGG or HGG, all cohorts", True),
    ]
    assert words(questions_of_sources(table, CLASSES)) == [("a or b, within LGG", True)]


def test_the_second_of_a_pair_is_the_positive_one():
    table = subjects(LGG_a=1, HGG_a=2, HGG_b=1)
    asked = Question("class", ("LGG", "HGG"), "a", confounded=False).asked(table)
    assert asked["truth"].tolist() == [False, True, True]


def test_labels_are_permuted_over_patients():
    asked = pd.DataFrame({"patient": list("aabbcc"), "truth": [True] * 2 + [False] * 4})
    draws = label_draws(asked, 300, seed=1)
    assert draws.shape == (6, 301)
    assert draws[:, 0].tolist() == asked["truth"].tolist()
    assert (draws[::2] == draws[1::2]).all() and (draws.sum(axis=0) == 2).all()
    assert draws[::2, 1:].mean(axis=1) == pytest.approx([1 / 3] * 3, abs=0.1)


def test_who_knows_the_class_is_right_and_permuted_labels_are_not():
    table = splits(folds=3, LGG_a=15, HGG_a=15)
    items = people(table)[["subject"]]
    features = (people(table)["class"] == "HGG").to_numpy(float)[:, None]
    question = next(questions_of_classes(people(table), CLASSES))
    asked, roles = items_asked(items, table, question)
    predictions, areas = answer(features[asked.index], asked, roles, **TEST)
    assert areas[0] == 1 and areas[1:].mean() == pytest.approx(0.5, abs=0.05)
    assert (predictions["truth"] == predictions["predicted"]).all()
    assert predictions.groupby("fold").size().tolist() == [10, 10, 10]
    assert p_of(areas) == 1 / 200


def test_a_subject_is_scored_by_all_its_items():
    table = splits(LGG_a=6, HGG_a=6)
    items = pd.DataFrame({"subject": np.repeat(people(table)["subject"], 2)})
    items = items.reset_index(drop=True)
    features = np.tile([[0.0], [1.0]], (12, 1))
    features[1::2] += (np.arange(12) >= 6)[:, None]
    question = next(questions_of_classes(people(table), CLASSES))
    asked, roles = items_asked(items, table, question)
    predictions, areas = answer(features, asked, roles, **TEST)
    assert predictions["subject"].is_unique and areas[0] == 1


def test_a_fold_that_tests_one_class_does_not_count():
    table = splits(folds=2, LGG_a=6, HGG_a=6)
    one = (table["fold"] == 1) & (table["class"] == "HGG")
    table.loc[one, "role"] = "train"
    question = next(questions_of_classes(people(table), CLASSES))
    features = np.random.default_rng(1).normal(size=(12, 2))
    items = people(table)[["subject"]]
    asked, roles = items_asked(items, table, question)
    predictions, _ = answer(features, asked, roles, **TEST)
    assert predictions["fold"].unique().tolist() == [0]
    row = finding(
        features, items, table[table["fold"] == 1], question, resamples=5, **TEST
    )
    assert row["subjects"] == 0 and "No fold tests both" in row["note"]


def test_what_is_the_same_of_all_tells_nothing():
    table = splits(LGG_a=6, HGG_a=6)
    question = next(questions_of_classes(people(table), CLASSES))
    items = people(table)[["subject"]]
    row = finding(np.zeros((12, 3)), items, table, question, resamples=5, **TEST)
    assert (row["value"], row["proven"]) == (0.5, False)


def test_p_counts_the_permutations_that_do_as_well():
    assert p_of(np.array([0.9, 0.9, 0.5, 0.2])) == 0.5
    assert p_of(np.array([0.9, np.nan, 0.5])) == 0.5


def test_the_smallest_p_is_that_of_the_arrangements():
    truth = ["yes", "no", "no", "no"]
    table = pd.DataFrame({"subject": list("abcd"), "truth": truth})
    table["fold"] = 0
    assert smallest_p(table, 999) == 1 / 4
    twice = pd.concat([table, table.assign(fold=1)])
    assert smallest_p(twice, 999) == 1 / 4
    apart = table.assign(fold=[0, 0, 1, 1], truth=["yes", "no", "yes", "no"])
    assert smallest_p(apart, 999) == 1 / 4  # not 1 / 6
    assert smallest_p(table, 1) == 1 / 2


def test_cells_share_an_image_and_small_ones_stay():
    image = np.arange(12.0).reshape(1, 2, 6)
    assert cells_of(image, 3, np.add).tolist() == [[[1, 5, 9], [13, 17, 21]]]
    assert small(image, 9).tolist() == image.ravel().tolist()
    assert small(image, 3).tolist() == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]
    assert small(np.ones((2, 7, 5)), 3).tolist() == [1] * 18
    assert cells_of(np.ones((1, 7)), 3, np.add).tolist() == [[2, 2, 3]]


def test_an_outline_has_no_holes_and_no_grey_levels():
    image = np.zeros((2, 5, 5))
    image[0, 1:4, 1:4] = 9
    image[1, 1, 1] = 1
    image[0, 2, 2] = 0
    other = np.where(image > 0, 200, 0)
    assert outline(image, 5).sum() == 9
    assert outline(image, 5).tolist() == outline(other, 5).tolist()


def test_outside_is_what_does_not_hang_together_with_the_rest():
    image = np.zeros((1, 6, 6))
    image[0, :2, :2] = 5
    assert not outside(image, 2).any()
    image[0, 2, 2] = 5  # by a corner
    assert not outside(image, 2).any()
    image[0, 5, 4:] = 7, 8
    assert outside(image, 2).tolist() == pytest.approx([0, 0, 0, 15 / 9, 2, 8])


def test_slices_are_spread_evenly():
    assert spread(3, 6).tolist() == [0, 1, 2]
    assert spread(11, 3).tolist() == [0, 5, 10]


def test_packed_items_keep_their_rows(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(7))
    items = pd.DataFrame({"subject": list("xxxoooy"), "slice": [0, 1, 2, 0, 1, 2, 0]})
    write_table(items.assign(area=1.0), tmp_path / "a.csv", "items")
    split = pd.DataFrame({"subject": ["o", "y"]})
    array, chosen, rows = read_packed(
        str(tmp_path / "a.npy"), str(tmp_path / "a.csv"), split, slices=2
    )
    assert array[rows].tolist() == [3, 5, 6]
    assert chosen["subject"].tolist() == list("ooy")


def test_the_brightest_voxel_is_sought_outside_the_tumour():
    array, mask = np.zeros((20, 4, 4)), np.zeros((20, 4, 4))
    array[3], array[9], array[16] = 5, 9, 7
    mask[9] = 2
    tumour = SimpleNamespace(array=mask, spacing=np.array([1.0, 1, 1]))
    assert np.unique(without_tumour(array, tumour)).tolist() == [0, 5, 7]
    coarse = SimpleNamespace(array=mask, spacing=np.array([0.5, 1, 1]))
    assert without_tumour(array, coarse).max() == 9  # the box is everything
    assert without_tumour(array, None).max() == 9


def test_headers_stand_side_by_side_in_the_order_of_the_input():
    facts = {f"{name}_{n}": 1 for name in ("voxels", "step") for n in (1, 2, 3)}
    rows = [("x", "t1", "LPS", 1), ("x", "t1ce", "LPS", 2), ("y", "t1", "PSR", 3)]
    headers = pd.DataFrame(
        [{"subject": s, "image": i, "axes": a, "largest": v} for s, i, a, v in rows]
    ).assign(**facts)
    table = pd.DataFrame({"subject": ["x", "y"], "source": ["a", "b"]})
    table = table.assign(fold=0, role="train", patient="p")
    wide = header_features(headers, table, {"a": ["t1ce"], "b": ["t1"]})
    assert wide["largest"][0].tolist() == [2, 3]
    assert wide["axes_LPS"][0].tolist() == [1, 0]


def duplicates(roles: list[str], noise: float = 0.01) -> pd.DataFrame:
    """Four subjects, of which the last is nearly the first."""
    generator = np.random.default_rng(1)
    array = generator.normal(size=(4, 1, 8, 8, 8))
    array[3] = array[0] + noise * generator.normal(size=(1, 8, 8, 8))
    names = list("abcd")
    table = pd.DataFrame({"subject": names, "patient": names, "role": roles})
    table = table.assign(fold=0, source="s", **{"class": "c"})
    items = table[["subject"]].assign(slice=0)
    who = people(table).set_index("subject")
    found = details(array, items, who, slices=3, cells=8)
    return probe_duplicates(found, table, 0.9).iloc[0]


def test_one_person_learnt_and_tested_is_seen():
    row = duplicates(["train", "train", "test", "test"])
    assert row["proven"] and row["value"] > 0.99
    assert "a (learnt) and d (tested)" in row["note"]
    assert duplicates(["validation", "train", "test", "test"])["proven"]


def test_one_person_in_one_role_is_none():
    row = duplicates(["test", "train", "train", "test"])
    assert not row["proven"] and row["value"] < 0.5


def test_others_are_not_taken_for_one():
    row = duplicates(["train", "train", "test", "test"], noise=3)
    assert not row["proven"] and row["value"] < 0.9


def slices_of(patients_apart: bool) -> pd.Series:
    """Slices that tell their patient and nothing of the class."""
    table = splits(folds=1, LGG_a=18, HGG_a=18)
    if not patients_apart:
        table["patient"] = table["patient"].str[:-1] + "0"
    generator = np.random.default_rng(1)
    own = generator.normal(size=(36, 20))
    features = np.repeat(own, 6, axis=0) + 0.05 * generator.normal(size=(216, 20))
    items = pd.DataFrame({"subject": np.repeat(table["subject"], 6)})
    return probe_slices(
        features,
        items.reset_index(drop=True),
        table,
        questions_of_classes(people(table), CLASSES),
        resamples=50,
        seed=1,
        alpha=1.0,
    ).iloc[0]


def test_a_split_by_slices_gives_what_is_not_there():
    row = slices_of(patients_apart=True)
    assert row["value"] > 0.95 and row["expected"] < 0.85
    assert not row["proven"]
    assert slices_of(patients_apart=False)["proven"]


def test_slices_keep_the_numbers_of_the_roles():
    roles = pd.DataFrame({0: ["test"] * 2 + ["train"] * 8, 1: ["train"] * 10})
    mixed = split_by_slices(roles, seed=1)
    assert mixed[0].value_counts().to_dict() == {"train": 8, "test": 2}
    assert mixed[0].tolist() != roles[0].tolist()
