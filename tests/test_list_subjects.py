"""From what was found and checked to the subject sheet."""

import pandas as pd
import pytest

from list_subjects import list_subjects, rare_grids
from regrade.cohorts.joining import problem_rows
from regrade.tables import load_schema, read_table, write_table

NO_PROBLEMS = problem_rows({}, left_out=False)


def found(*grades: str) -> pd.DataFrame:
    """Subjects a, b, c, … of patients pa, pb, pc, … with these grades."""
    names = "abcdefgh"[: len(grades)]
    rows = [
        {"subject": name, "patient": f"p{name}", "cohort": "toy", "grade": grade}
        for name, grade in zip(names, grades, strict=True)
    ]
    table = pd.DataFrame(rows).assign(follow_up=False, skull=False)
    return table.reindex(columns=list(load_schema("found")["columns"]))


def checks(*contents: str | None) -> pd.DataFrame:
    """One row for each of a, b, c, …; None stands for an unreadable image."""
    rows = [
        (name, content is None, None if content else "t1 cannot be read.", content)
        for name, content in zip("abcdefgh", contents, strict=False)
    ]
    rows = [(*row, "g", 700.0) for row in rows]
    return pd.DataFrame(rows, columns=list(load_schema("checks")["columns"]))


def brains(**problems: tuple[bool, str]) -> pd.DataFrame:
    """Rows for brains that were not found, or are doubtful."""
    rows = [(name, *problem, 1500.0) for name, problem in problems.items()]
    return pd.DataFrame(rows, columns=list(load_schema("brains")["columns"]))


def listed(subjects, checked, *, problems=NO_PROBLEMS, looked=None, limit=0.5):
    looked = brains() if looked is None else looked
    return list_subjects(subjects, problems, checked, looked, cohort="toy", limit=limit)


def test_good_subjects_are_all_listed(tmp_path):
    sheet, problems = listed(found("2", "4"), checks("x", "y"))
    write_table(sheet, tmp_path / "subjects.csv", "subjects")
    write_table(problems, tmp_path / "problems.csv", "problems")
    back = read_table(tmp_path / "subjects.csv", "subjects")
    assert list(back["content"]) == ["x", "y"]
    assert read_table(tmp_path / "problems.csv", "problems").empty


def test_bad_images_move_a_subject_to_the_problems():
    sheet, problems = listed(found("2", "4"), checks("x", None))
    assert list(sheet["subject"]) == ["a"]
    assert problems.to_numpy().tolist() == [["b", True, "t1 cannot be read."]]


def test_problems_of_the_reader_are_kept():
    missing = problem_rows({"z": "The case folder is empty."}, left_out=True)
    sheet, problems = listed(found("2", "4"), checks("x", "y"), problems=missing)
    assert list(sheet["subject"]) == ["a", "b"]
    assert problems.equals(missing)


def test_copies_of_a_scan_are_one_patient():
    sheet, problems = listed(found("4", "4", "2"), checks("x", "y", "x"))
    assert list(sheet["patient"]) == ["pa", "pb", "pa"]
    note = "Its first image equals that of a; both count as one patient."
    assert problems.to_numpy().tolist() == [["c", False, note]]


def test_copies_bring_all_examinations_of_their_patients_together():
    subjects = found("4", "4", "4")
    subjects.loc[2, "patient"] = "pb"
    sheet, _ = listed(subjects, checks("x", "x", "y"))
    assert list(sheet["patient"]) == ["pa", "pa", "pa"]


def test_subjects_without_images_are_no_copies():
    unread = checks("x", "y").assign(content=pd.NA)
    sheet, problems = listed(found("4", "4"), unread)
    assert list(sheet["patient"]) == ["pa", "pb"] and problems.empty


def test_a_subject_without_a_brain_is_left_out_and_a_doubt_kept():
    looked = brains(a=(True, "No brain was found."), b=(False, "It has 900 ml."))
    sheet, problems = listed(found("2", "4"), checks("x", "y"), looked=looked)
    assert list(sheet["subject"]) == ["b"]
    assert problems.to_numpy().tolist() == [
        ["a", True, "No brain was found."],
        ["b", False, "It has 900 ml."],
    ]


def test_a_doubt_of_the_check_is_kept():
    checked = checks("x", "y").assign(problem=["It lies nowhere.", pd.NA])
    sheet, problems = listed(found("2", "4"), checked)
    assert len(sheet) == 2
    assert problems.to_numpy().tolist() == [["a", False, "It lies nowhere."]]


def test_a_grid_that_hardly_anybody_has_is_noted():
    names = [f"s{n}" for n in range(60)]
    sheet = pd.DataFrame({"subject": names, "grid": ["usual"] * 59 + ["other"]})
    assert rare_grids(sheet).to_numpy().tolist() == [
        ["s59", False, "Its grid is other; most have usual."]
    ]


def test_share_at_the_limit_is_allowed():
    sheet, _ = listed(found("2", "4"), checks("x", None), limit=0.5)
    assert len(sheet) == 1


def test_share_beyond_the_limit_stops_and_names_the_key():
    subjects, checked = found("2", "4", "4", "4", "4"), checks(*[None] * 4, "x")
    with pytest.raises(ValueError) as error:
        listed(subjects, checked, limit=0.2)
    sentence = str(error.value)
    assert "toy: 4 of 5 subjects cannot be used" in sentence
    assert "0.2" in sentence and "`limits.left_out`" in sentence
    assert "c: t1 cannot be read." in sentence and "d: t1" not in sentence


def test_subjects_the_reader_left_out_count():
    missing = problem_rows({"z": "The case folder is empty."}, left_out=True)
    with pytest.raises(ValueError, match="1 of 3 subjects"):
        listed(found("2", "4"), checks("x", "y"), problems=missing, limit=0.3)


def test_no_subject_left_stops():
    with pytest.raises(ValueError, match=r"1 of 1 .*cohorts\.toy"):
        listed(found("2"), checks(None), limit=1.0)
