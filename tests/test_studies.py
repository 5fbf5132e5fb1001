import pytest

from regrade.studies import (
    check_cohorts,
    check_study,
    cohorts_of,
    graded,
    place_cohort,
    scope,
)

STUDY = {
    "classes": ["LGG", "HGG"],
    "cohorts": {"one": {}},
    "inputs": {"slices": {"contrasts": {"one": ["t1"]}}},
    "settings": {
        "augmentation": {"classes": ["LGG"]},
        "copies": {"LGG": 4},
        "labels": {"one": {"2": "LGG", "4": "HGG"}},
    },
    "variants": {"as_described": {}, "moved": {"labels": {"one": {"3": "LGG"}}}},
    "experiments": {"first": {}},
}


def test_a_study_needs_the_cohort_of_its_survival_curves():
    assert cohorts_of(STUDY) == {"one"}
    assert cohorts_of(STUDY | {"survival": {"cohort": "two"}}) == {"one", "two"}


def test_a_cohort_is_placed_with_all_its_keys():
    placed = place_cohort("one", {"folder": "/data/one", "skull": False}, None)
    assert placed == {
        "reader": "one",
        "images": True,
        "partial": False,
        "skull": False,
        "folder": "/data/one",
    }
    demo = {"subjects": {"two": {}}}
    assert place_cohort("two", {"folder": "results/demo/two"}, demo)["images"]


def test_a_demo_cohort_without_phantoms_says_what_to_set():
    with pytest.raises(ValueError, match="has no `demo: subjects: one`"):
        place_cohort("one", {"folder": "results/demo/one"}, None)


def test_a_study_without_its_cohort_says_what_to_set():
    needed = {"zeng2024": {"one", "two"}}
    with pytest.raises(ValueError, match="zeng2024 needs the cohort two, which"):
        check_cohorts(needed, {"one": {}})
    check_cohorts(needed, {"one": {}, "two": {}})


def test_grades_of_all_variants_are_prepared():
    assert graded(STUDY, "one", ["as_described"], None) == ["2", "4"]
    assert graded(STUDY, "one", ["as_described", "moved"], None) == ["2", "3", "4"]


def test_a_study_that_fits_passes():
    check_study("study", STUDY, ["as_described"], None, {})


@pytest.mark.parametrize(
    ("change", "variants", "sentence"),
    [
        ({}, ["as_dreamt"], "names the variant 'as_dreamt' of study; it has"),
        ({"cohorts": {"one": {}, "two": {}}}, ["as_described"], "cohorts \\['two'\\]"),
        ({"classes": ["HGG", "healthy"]}, ["as_described"], "augments the classes"),
        (
            {"settings": STUDY["settings"] | {"labels": {"two": {"2": "LGG"}}}},
            ["as_described"],
            "has `labels` for the cohorts \\['two'\\]",
        ),
        (
            {"settings": STUDY["settings"] | {"labels": {"one": {"2": "none"}}}},
            ["as_described"],
            "`labels` give the classes \\['none'\\]",
        ),
    ],
)
def test_a_study_that_does_not_fit_says_why(change, variants, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_study("study", STUDY | change, variants, None, {})


def test_the_scope_says_what_the_numbers_are_not():
    demo = {"ixi": {"folder": "results/demo/ixi"}}
    real = {"ixi": {"folder": "/data/ixi"}}
    part = {"ixi": {"folder": "/data/ixi", "partial": True}}
    assert scope(demo, {"studies": {}}) == "demo cohorts, shrunken run"
    assert scope(part, None) == "partial cohorts"
    assert scope(real, None) == ""
