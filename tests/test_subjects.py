import numpy as np
import pandas as pd
import pytest

from select_subjects import (
    link_patients,
    not_drawn,
    select,
    without_class,
    without_images,
)
from split_subjects import label, permute, split


def sheet(**columns) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    filled = {
        "subject": [f"s{n}" for n in range(rows)],
        "patient": [f"p{n}" for n in range(rows)],
        "follow_up": [False] * rows,
        "grade": ["2"] * rows,
        "other_ids": [pd.NA] * rows,
        "content": [pd.NA] * rows,
        "t1": ["t1.nii"] * rows,
        "mask": ["mask.nii"] * rows,
        "tumour_area": [float("nan")] * rows,
    }
    return pd.DataFrame(filled | columns)


def test_follow_ups_and_grades_without_a_class_are_not_taken():
    found = sheet(
        grade=["2", "4", "4", "1", pd.NA], follow_up=[False, False, True, False, False]
    )
    reasons = without_class(found, ["2", "4"])
    assert reasons[reasons.notna()].to_dict() == {
        2: "It is a follow-up.",
        3: "Grade 1 has no class in the study.",
        4: "Its grade is not known.",
    }


def test_a_draw_repeats_and_says_who_was_not_drawn():
    found = sheet(grade=["2"] * 20)
    reasons = not_drawn(found, 5, seed=3)
    assert reasons.isna().sum() == 5
    assert set(reasons.dropna()) == {"It was not drawn for the sample of 5."}
    assert reasons.equals(not_drawn(found, 5, seed=3))
    assert not reasons.equals(not_drawn(found, 5, seed=4))
    assert not_drawn(found, 50, seed=3).isna().all()
    assert not_drawn(found, None, seed=3).isna().all()


def test_patients_are_linked_by_name_by_other_id_and_by_content():
    found = sheet(
        patient=["a", "b", "c", "d", "a"],
        other_ids=["x", "y x", pd.NA, pd.NA, pd.NA],
        content=["h1", "h2", "h3", "h3", "h5"],
    )
    assert link_patients(found).tolist() == ["a", "a", "c", "c", "a"]


def test_patients_are_linked_by_the_name_of_an_examination():
    found = sheet(other_ids=["s1", pd.NA, pd.NA])
    assert link_patients(found).tolist() == ["p0", "p0", "p2"]


def choose(sheets: dict, *, measured=None, limit=0.5, **grades) -> tuple:
    named = {name: grades.get(name, ["2", "4"]) for name in sheets}
    sheets = {name: table.assign(cohort=name) for name, table in sheets.items()}
    images = {name: ["t1", "mask"] for name in sheets}
    samples = dict.fromkeys(sheets)
    ways = {"measured": measured or {}, "limit": limit, "least_area": 100, "seed": 1}
    return select(sheets, grades=named, images=images, samples=samples, **ways)


def test_a_tumour_that_is_too_small_is_not_taken():  # A-04
    subjects, excluded = choose({"one": sheet(tumour_area=[99.0, 100.0, float("nan")])})
    assert subjects["subject"].tolist() == ["s1", "s2"]
    reason = "Its tumour has less than 100 square mm in every slice."
    assert excluded[["subject", "reason"]].to_numpy().tolist() == [["s0", reason]]


def test_a_patient_in_two_cohorts_counts_once():
    one = sheet(patient=["a", "b"], subject=["a1", "b1"])
    two = sheet(patient=["c", "d"], subject=["c2", "d2"], other_ids=["b1", pd.NA])
    subjects, excluded = choose({"one": one, "two": two})
    assert subjects["subject"].tolist() == ["a1", "b1", "d2"]
    assert subjects["source"].tolist() == ["one", "one", "two"]
    assert excluded.to_numpy().tolist() == [
        ["c2", "two", "Its patient is counted already (b1 of one)."]
    ]


def test_a_subject_without_a_needed_image_is_not_taken():
    subjects, excluded = choose({"one": sheet(t1=["t1.nii", pd.NA])})
    assert subjects["subject"].tolist() == ["s0"]
    assert excluded.to_numpy().tolist() == [["s1", "one", "It has no t1."]]


def test_a_subject_without_a_row_of_features_is_not_taken():
    sheets = {
        "one": sheet(grade=["2"] * 2),
        "two": sheet(subject=["t0"], patient=["q0"]),
    }
    subjects, excluded = choose(sheets, measured={"one": ["s0", "s9"]})
    assert subjects["subject"].tolist() == ["s0", "t0"]
    assert excluded.to_numpy().tolist() == [
        ["s1", "one", "It has no row in the table of shape features."]
    ]


def test_a_table_of_features_may_lack_whom_the_study_does_not_take():
    found = sheet(grade=["2", "9", "9"], follow_up=[False, False, True])
    subjects, _ = choose({"one": found}, measured={"one": ["s0"]}, limit=0)
    assert subjects["subject"].tolist() == ["s0"]


def test_a_table_of_features_that_lacks_too_many_stops_the_study():
    found = {"one": sheet(grade=["2"] * 4 + ["9"] * 6)}
    sentence = r"one: 2 of 4 subjects have no row .* \['s2', 's3'\]; it has \['s0', "
    with pytest.raises(ValueError, match=sentence):
        choose(found, measured={"one": ["s0", "s1", "S3"]}, limit=0.49)


def test_a_study_without_images_takes_those_without_any():
    found = sheet(t1=[pd.NA, pd.NA])
    assert without_images(found, []).isna().all()


def test_every_subject_is_chosen_or_excluded():
    found = sheet(grade=["2", "3", "4"], follow_up=[False, False, True])
    subjects, excluded = choose({"one": found}, one=["2", "4"])
    assert subjects["subject"].tolist() == ["s0"]
    assert excluded["subject"].tolist() == ["s1", "s2"]


GRADED = pd.DataFrame(
    {
        "subject": ["a", "b", "c", "d"],
        "cohort": ["ucsf", "ucsf", "ucsf", "brats"],
        "grade": ["2", "3", "4", "LGG"],
    }
)


@pytest.mark.parametrize(
    ("grades", "classes"),
    [
        ({"2": "LGG", "3": "HGG", "4": "HGG"}, ["LGG", "HGG", "HGG", "LGG"]),
        ({"2": "LGG", "3": "LGG", "4": "HGG"}, ["LGG", "LGG", "HGG", "LGG"]),
        ({"2": "LGG", "4": "HGG"}, ["LGG", "HGG", "LGG"]),
    ],
    ids=["as printed", "grade III moved", "grade III dropped"],
)
def test_a_label_rule_is_data(grades, classes):
    rule = {"ucsf": grades, "brats": {"LGG": "LGG"}}
    assert label(GRADED, rule, ["LGG", "HGG"])["class"].tolist() == classes


def test_a_class_without_subjects_stops_the_study():
    rule = {"ucsf": {"2": "LGG"}, "brats": {"LGG": "LGG"}}
    with pytest.raises(ValueError, match="No subject of class \\['HGG'\\]"):
        label(GRADED, rule, ["LGG", "HGG"])


def study(patients: int, per_patient: int = 1) -> pd.DataFrame:
    rows = patients * per_patient
    number = [n // per_patient for n in range(rows)]
    return pd.DataFrame(
        {
            "subject": [f"s{n}" for n in range(rows)],
            "patient": [f"p{n}" for n in number],
            "class": ["LGG" if n % 2 else "HGG" for n in number],
            "source": "one",
        }
    )


K_FOLD = {"kind": "k_fold", "test_share": None}


def drawn(subjects: pd.DataFrame, **settings) -> pd.DataFrame:
    """Split by three stratified hold-outs, but for what is given."""
    usual = {"kind": "hold_out", "folds": 3, "test_share": 0.3, "seed": 1}
    usual |= {"validation_share": 0, "stratify": ["class"]}
    return split(subjects, **usual | settings)


def test_no_patient_has_two_roles_in_a_fold():
    table = drawn(study(20, 2), validation_share=0.3)
    roles = table.groupby(["fold", "patient"])["role"].nunique()
    assert (roles == 1).all()
    assert len(table) == 3 * 40


def test_a_hold_out_has_its_share_of_each_class():
    table = drawn(study(20))
    test = table[table["role"] == "test"].groupby(["fold", "class"]).size()
    assert (test == 3).all()


@pytest.mark.parametrize(("patients", "tested"), [(519, 155), (591, 177)])
def test_hold_outs_have_the_papers_sizes(patients, tested):
    table = drawn(study(patients), folds=1)
    assert (table["role"] == "test").sum() == tested


def test_folds_and_seeds_differ_and_repeat():
    one, same = (drawn(study(20), seed=1) for _ in range(2))
    other = drawn(study(20), seed=2)
    assert one.equals(same)
    assert not one["role"].equals(other["role"])
    roles = [fold["role"].tolist() for _, fold in one.groupby("fold")]
    assert roles[0] != roles[1]


def test_a_stratum_of_one_patient_is_named():
    subjects = study(6).assign(source=["two"] + ["one"] * 5)
    with pytest.raises(ValueError, match=r"stratum 'HGG \| two' has 1 of the patients"):
        drawn(subjects, stratify=["class", "source"])


def test_validation_subjects_are_taken_from_those_not_tested():
    with_validation = drawn(study(40), validation_share=0.3)
    without = drawn(study(40))
    tested = with_validation["role"] == "test"
    assert tested.equals(without["role"] == "test")
    counts = with_validation.groupby(["fold", "role", "class"]).size().unstack("role")
    assert (counts[["test", "validation", "train"]] == [6, 4, 10]).all(axis=None)


def test_the_folds_of_a_k_fold_share_nobody_and_leave_nobody_out():
    table = drawn(study(24, 2), **K_FOLD, folds=3, validation_share=0.25)
    tests = table[table["role"] == "test"]
    assert sorted(tests["subject"]) == sorted(study(24, 2)["subject"])
    patients = tests.drop_duplicates("patient").groupby(["fold", "class"]).size()
    assert (patients == 4).all()
    assert set(table["role"]) == {"train", "validation", "test"}


def test_without_stratification_the_classes_of_a_test_set_vary():
    table = drawn(study(20), folds=20, stratify=[])
    tests = table[table["role"] == "test"].groupby("fold")
    assert (tests.size() == 6).all()
    assert tests["class"].apply(lambda c: (c == "LGG").sum()).nunique() > 2


def test_a_test_set_without_a_class_is_told_of(caplog):
    subjects = study(10).assign(**{"class": ["LGG"] + ["HGG"] * 9})
    drawn(subjects, folds=8, stratify=[])
    assert "No test subject of fold 0 is of class LGG" in caplog.text


def test_a_share_too_small_for_every_stratum_is_refused():
    with pytest.raises(ValueError, match=r"share of 0.1 of 10 patients is 1, too few"):
        drawn(study(10), test_share=0.1)


def test_permuted_classes_keep_their_numbers_and_their_patients():
    table = labelled_pairs()
    permuted = permute(table, seed=1)
    assert permuted["class"].value_counts().to_dict() == {"LGG": 8, "HGG": 32}
    assert permuted.groupby("patient")["class"].nunique().eq(1).all()
    changed = permuted["class"] != table["class"]
    assert changed.sum() > 0 and changed[table["class"] == "LGG"].sum() >= 4
    assert permute(table, seed=1).equals(permuted)
    assert not permute(table, seed=2).equals(permuted)


def labelled_pairs() -> pd.DataFrame:
    """Twenty patients of two examinations each, four of them LGG."""
    names = np.repeat([f"p{n}" for n in range(20)], 2)
    classes = np.repeat(["LGG"] * 4 + ["HGG"] * 16, 2)
    return pd.DataFrame({"patient": names, "class": classes})
