"""The way from a cohort's folder to the classes of a study, counted."""

import pandas as pd

from count_subjects import count_subjects, without_class
from regrade.cohorts.joining import problem_rows
from regrade.tables import write_table


def sheet(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"subject": list(names)})


def test_every_subject_is_counted_once(tmp_path):
    lost = problem_rows({"x": "Truncated.", "y": "Empty."}, left_out=True)
    doubt = problem_rows({"a": "Worth a look."}, left_out=False)
    excluded = pd.DataFrame(
        [
            ("c", "one", "It is a follow-up."),
            ("d", "one", "It is a follow-up."),
            ("f", "two", "Its patient is counted already (a of one)."),
            ("g", "two", "Its patient is counted already (b of one)."),
        ],
        columns=["subject", "cohort", "reason"],
    )
    splits = pd.DataFrame(
        {"subject": list("abhab"), "class": ["L", "H", "L", "L", "H"]}
    )
    flow = count_subjects(
        {"one": sheet(*"abcd"), "two": sheet(*"fgh")},
        {"one": pd.concat([lost, lost, doubt]), "two": doubt.iloc[:0]},
        excluded,
        splits,
    )
    write_table(flow, tmp_path / "flow.csv", "flow")
    assert flow.to_numpy().tolist() == [
        ["one", "named", "in its folder and tables", 6],
        ["one", "left out", "Its images or tables cannot be used.", 2],
        ["one", "left out", "It is a follow-up.", 2],
        ["one", "kept", "", 2],
        ["two", "named", "in its folder and tables", 3],
        ["two", "left out", "Its patient is counted already.", 2],
        ["two", "kept", "", 1],
        ["", "kept", "L", 2],
        ["", "kept", "H", 1],
    ]


def test_a_variant_may_drop_a_grade():
    subjects = pd.DataFrame(
        {"subject": ["a", "b"], "cohort": "one", "grade": ["2", "3"]}
    )
    dropped = without_class(subjects, sheet("a"))
    assert dropped.to_numpy().tolist() == [
        ["b", "one", "Grade 3 has no class in this variant."]
    ]
