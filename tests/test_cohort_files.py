"""Finding and reading what lies in a cohort's folder."""

import pandas as pd
import pytest
from lookalikes import touch

from regrade.cohorts.files import (
    NO_CASES,
    find_cases,
    find_table,
    find_tables,
    image_among,
    images_of,
    newest_table,
    numbers,
    read_words,
    translate,
    walk,
)
from regrade.cohorts.joining import joined_words

CASE = r".*/case_\d"


def test_cases_are_found_at_any_depth(tmp_path):
    (tmp_path / "a" / "b" / "case_1").mkdir(parents=True)
    (tmp_path / "case_2").mkdir()
    touch(tmp_path / "case_3")
    assert list(find_cases(tmp_path, CASE)) == ["case_1", "case_2"]
    assert list(find_cases(tmp_path, r".*/b/case_\d")) == ["case_1"]
    assert list(find_cases(tmp_path / "a" / "b", r"b/case_\d")) == ["case_1"]


def test_case_that_lies_twice_is_refused(tmp_path):
    (tmp_path / "case_1").mkdir()
    (tmp_path / "copy" / "case_1").mkdir(parents=True)
    with pytest.raises(ValueError, match="lies twice.*case_1 and .*copy/case_1"):
        find_cases(tmp_path, CASE)


def test_walk_leaves_out_cases_hidden_names_and_second_visits(tmp_path):
    touch(tmp_path / "case_1" / "deep" / "image.nii")
    touch(tmp_path / "a" / "table.csv")
    touch(tmp_path / "a" / "._table.csv")
    touch(tmp_path / ".snapshot" / "case_2" / "image.nii")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert list(walk(tmp_path, CASE)) == [
        (tmp_path, ["case_1"], []),
        (tmp_path / "a", [], ["table.csv"]),
    ]


def test_linked_case_is_a_case(tmp_path):
    touch(tmp_path / "store" / "x" / "case_1_t1.nii")
    (tmp_path / "case_1").symlink_to(tmp_path / "store" / "x")
    case = find_cases(tmp_path, CASE)["case_1"]
    assert images_of(case, {"t1": ["{case}_t1"]}, ["t1"]) == (
        {"t1": "case_1_t1.nii"},
        None,
    )


def test_image_may_be_compressed_or_not():
    names = {"a_t1.nii", "a_t1ce.nii.gz", "a_t1ce.nii"}
    assert image_among(names, ["a_t1"]) == "a_t1.nii"
    assert image_among(names, ["b_t1ce", "a_t1ce"]) == "a_t1ce.nii.gz"
    assert image_among(names, ["a_t2", "a"]) is None
    assert image_among({*names, "a_t1.nii.aspera-ckpt"}, ["a_t1"]) is None


def test_folder_is_no_image_and_names_are_exact(tmp_path):
    (tmp_path / "x_nifti" / "x_T1.nii.gz").mkdir(parents=True)
    touch(tmp_path / "x_nifti" / "x_T1c.nii.gz")
    files = {"t1": ["{case}_T1"], "t1ce": ["{case}_T1c"]}
    images, fault = images_of(tmp_path / "x_nifti", files, ["t1", "t1ce"])
    assert images == {"t1": None, "t1ce": "x_T1c.nii.gz"}
    assert fault == "The case folder lacks t1."
    assert images_of(tmp_path / "x_nifti", files, ["t1ce"])[1] is None


def test_table_is_sought_within_then_beside(tmp_path):
    touch(tmp_path / "table.csv")
    (tmp_path / "cohort").mkdir()
    found = find_table(tmp_path / "cohort", "table.csv", case=CASE)
    assert found == tmp_path / "table.csv"
    touch(tmp_path / "cohort" / "case_1" / "table.csv")
    touch(tmp_path / "cohort" / "deep" / "table.csv")
    found = find_table(tmp_path / "cohort", "table.csv", case=CASE)
    assert found.parent.name == "deep"


def test_first_name_of_a_table_is_preferred(tmp_path):
    touch(tmp_path / "old.csv")
    touch(tmp_path / "new_2.csv")
    touch(tmp_path / "new_1.csv")
    found = find_tables(tmp_path, "new_*.csv", "old.csv", case=NO_CASES)
    assert [path.name for path in found] == ["new_1.csv", "new_2.csv"]
    with pytest.raises(ValueError, match="2 tables may be meant"):
        find_table(tmp_path, "new_*.csv", "old.csv", case=NO_CASES)
    assert find_tables(tmp_path, "other.csv", case=NO_CASES) == []
    with pytest.raises(ValueError, match=r"nor beside it is a table x\.csv or y\.csv"):
        find_table(tmp_path, "x.csv", "y.csv", case=NO_CASES)


def test_newest_table_goes_by_its_version(tmp_path):
    for version in ("", "_v2", "_v10", "_v9.5"):
        touch(tmp_path / f"table{version}.csv")
    found = newest_table(tmp_path, "table*.csv", case=NO_CASES)
    assert found.name == "table_v10.csv"
    with pytest.raises(ValueError, match=r"is a table other\.csv"):
        newest_table(tmp_path, "other.csv", case=NO_CASES)


def test_tables_that_are_not_what_they_should_be_are_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("\ufeffID, Age \na, 5 \nb,NA\n")
    words = read_words(path, columns=["ID"], missing=["NA"])
    assert words["Age"].fillna("none").tolist() == ["5", "none"]
    assert numbers(words["Age"], path).fillna(0).tolist() == [5, 0]
    with pytest.raises(ValueError, match="lacks the columns.*Sex"):
        read_words(path, columns=["Sex"], missing=[])
    with pytest.raises(ValueError, match="Age holds 'old', which is no number"):
        numbers(pd.Series(["5", "old"], name="Age"), path)
    with pytest.raises(ValueError, match="Sex holds '3'; known are"):
        translate(pd.Series(["1", "3"], name="Sex"), {"1": "M"}, path)


def test_tables_may_be_tabbed_or_of_excel(tmp_path):
    (tmp_path / "table.tsv").write_text("ID\tAge\n007\t5\n")
    pd.DataFrame({"ID": ["007"], "Age": [5]}).to_excel(
        tmp_path / "table.xlsx", index=False
    )
    for name in ("table.tsv", "table.xlsx"):
        words = read_words(tmp_path / name, columns=["ID"], missing=[])
        assert words.to_numpy().tolist() == [["007", "5"]]


def test_words_are_joined_once():
    table = pd.DataFrame({"a": ["x y", None], "b": ["y z", None], "c": ["x", None]})
    assert joined_words(table) == ["x y z", None]
