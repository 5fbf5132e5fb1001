import pytest

from regrade.studies import check_study, cohorts_of, place_cohort, scope

STUDY = {
    "classes": ["LGG", "HGG"],
    "cohorts": {"one": {}},
    "inputs": {"slices": {"contrasts": {"one": ["t1"]}}},
    "settings": {"augmentation": {"classes": ["LGG"]}, "copies": {"LGG": 4}},
    "variants": {"as_described": {}},
    "experiments": {"first": {}},
}


def test_a_study_needs_the_cohort_of_its_survival_curves():
    assert cohorts_of(STUDY) == {"one"}
    assert cohorts_of(STUDY | {"survival": {"cohort": "two"}}) == {"one", "two"}


def test_a_cohort_is_placed(tmp_path):
    cohorts = {"one": {"folder": str(tmp_path)}, "two": {"folder": "results/demo/two"}}
    assert place_cohort("one", cohorts, None) == {
        "images": True,
        "folder": str(tmp_path),
    }
    assert place_cohort("two", cohorts, {"subjects": {"two": {}}})["images"]


@pytest.mark.parametrize(
    ("cohort", "sentence"),
    [
        (None, "needs the cohort one, which config.yaml does not switch on"),
        (
            {"folder": "nowhere"},
            "'nowhere' of the cohort one is not there; set cohorts",
        ),
        ({"folder": "results/demo/one"}, "has no `demo: subjects: one`"),
    ],
)
def test_a_cohort_that_cannot_be_placed_says_what_to_set(cohort, sentence):
    with pytest.raises(ValueError, match=sentence):
        place_cohort("one", {"one": cohort}, None)


def test_a_study_that_fits_passes():
    check_study("study", STUDY, ["as_described"], None, {})


@pytest.mark.parametrize(
    ("change", "variants", "sentence"),
    [
        ({}, ["as_dreamt"], "names the variant 'as_dreamt' of study; it has"),
        ({"cohorts": {"one": {}, "two": {}}}, ["as_described"], "cohorts \\['two'\\]"),
        ({"classes": ["HGG", "healthy"]}, ["as_described"], "augments the classes"),
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
