import pandas as pd
import pytest

from select_subjects import draw, label, link_patients, select
from split_subjects import split


def sheet(**columns) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    filled = {
        "subject": [f"s{n}" for n in range(rows)],
        "patient": [f"p{n}" for n in range(rows)],
        "follow_up": [False] * rows,
        "grade": ["2"] * rows,
        "other_ids": [pd.NA] * rows,
        "content": [pd.NA] * rows,
    }
    return pd.DataFrame(filled | columns)


def test_the_label_rule_drops_other_grades_and_follow_ups():
    found = sheet(grade=["2", "4", "4", "1"], follow_up=[False, False, True, False])
    labelled = label(found, {"2": "LGG", "4": "HGG"})
    assert labelled["subject"].tolist() == ["s0", "s1"]
    assert labelled["class"].tolist() == ["LGG", "HGG"]


def test_a_draw_keeps_the_order_and_repeats():
    found = sheet(grade=["2"] * 20)
    drawn = draw(found, 5, seed=3)
    assert len(drawn) == 5
    assert drawn.index.is_monotonic_increasing
    assert drawn.equals(draw(found, 5, seed=3))
    assert not drawn.equals(draw(found, 5, seed=4))
    assert draw(found, 50, seed=3) is found


def test_patients_are_linked_by_name_by_other_id_and_by_content():
    found = sheet(
        patient=["a", "b", "c", "d", "a"],
        other_ids=["x", "y x", pd.NA, pd.NA, pd.NA],
        content=["h1", "h2", "h3", "h3", "h5"],
    )
    assert link_patients(found).tolist() == ["a", "a", "c", "c", "a"]


def test_a_class_without_subjects_stops_the_study():
    with pytest.raises(ValueError, match="No subject of class \\['HGG'\\]"):
        select(
            {"one": sheet(grade=["2", "2"])},
            {"one": {"classes": {"2": "LGG", "4": "HGG"}}},
            classes=["LGG", "HGG"],
            seed=1,
        )


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


def test_no_patient_has_two_roles_in_a_fold():
    table = split(study(20, 2), folds=3, test_share=0.3, stratify=["class"], seed=1)
    roles = table.groupby(["fold", "patient"])["role"].nunique()
    assert (roles == 1).all()
    assert len(table) == 3 * 40


def test_a_hold_out_has_its_share_of_each_class():
    table = split(study(20), folds=3, test_share=0.3, stratify=["class"], seed=1)
    test = table[table["role"] == "test"].groupby(["fold", "class"]).size()
    assert (test == 3).all()


@pytest.mark.parametrize(("patients", "tested"), [(519, 155), (591, 177)])
def test_hold_outs_have_the_papers_sizes(patients, tested):
    table = split(study(patients), folds=1, test_share=0.3, stratify=["class"], seed=1)
    assert (table["role"] == "test").sum() == tested


def test_folds_and_seeds_differ_and_repeat():
    settings = {"folds": 2, "test_share": 0.3, "stratify": ["class"]}
    one, same = (split(study(20), seed=1, **settings) for _ in range(2))
    other = split(study(20), seed=2, **settings)
    assert one.equals(same)
    assert not one["role"].equals(other["role"])
    roles = [fold["role"].tolist() for _, fold in one.groupby("fold")]
    assert roles[0] != roles[1]


def test_a_stratum_of_one_patient_is_named():
    subjects = study(6).assign(source=["two"] + ["one"] * 5)
    with pytest.raises(ValueError, match=r"'HGG \| two'"):
        split(subjects, folds=1, test_share=0.3, stratify=["class", "source"], seed=1)
