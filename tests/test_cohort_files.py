"""Finding and reading what lies in a cohort's folder."""

import pandas as pd
import pytest
from lookalikes import touch

from regrade.cohorts.files import (
    find_cases,
    find_table,
    find_tables,
    image_of,
    numbers,
    read_words,
    translate,
)


def test_cases_are_found_at_any_depth(tmp_path):
    (tmp_path / "a" / "b" / "case_1").mkdir(parents=True)
    (tmp_path / "case_2").mkdir()
    touch(tmp_path / "case_3")
    assert set(find_cases(tmp_path, r".*/case_\d")) == {"case_1", "case_2"}
    assert set(find_cases(tmp_path, r"b/case_\d")) == {"case_1"}


def test_case_that_lies_twice_is_refused(tmp_path):
    (tmp_path / "case_1").mkdir()
    (tmp_path / "copy" / "case_1").mkdir(parents=True)
    with pytest.raises(ValueError, match="lies twice.*case_1 and .*copy/case_1"):
        find_cases(tmp_path, r".*/case_\d")


def test_image_may_be_compressed_or_not(tmp_path):
    touch(tmp_path / "a_t1.nii")
    touch(tmp_path / "a_t1ce.nii.gz")
    (tmp_path / "a_t2.nii").mkdir()
    assert image_of(tmp_path, ["a_t1"]).name == "a_t1.nii"
    assert image_of(tmp_path, ["b_t1ce", "a_t1ce"]).name == "a_t1ce.nii.gz"
    assert image_of(tmp_path, ["a_t2"]) is None


def test_table_is_sought_within_then_beside(tmp_path):
    touch(tmp_path / "table.csv")
    assert find_table(tmp_path / "cohort", "table.csv") == tmp_path / "table.csv"
    touch(tmp_path / "cohort" / "deep" / "table.csv")
    assert find_table(tmp_path / "cohort", "table.csv").parent.name == "deep"


def test_first_name_of_a_table_is_preferred(tmp_path):
    touch(tmp_path / "old.csv")
    touch(tmp_path / "new_2.csv")
    touch(tmp_path / "new_1.csv")
    found = find_tables(tmp_path, "new_*.csv", "old.csv")
    assert [path.name for path in found] == ["new_1.csv", "new_2.csv"]
    with pytest.raises(ValueError, match="2 tables may be meant"):
        find_table(tmp_path, "new_*.csv", "old.csv")


def test_tables_that_are_not_what_they_should_be_are_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("ID,Age\na, 5 \nb,NA\n")
    words = read_words(path, columns=["ID"], missing=["NA"])
    assert words["Age"].fillna("none").tolist() == ["5", "none"]
    assert numbers(words["Age"], path).fillna(0).tolist() == [5, 0]
    with pytest.raises(ValueError, match="lacks the columns.*Sex"):
        read_words(path, columns=["Sex"], missing=[])
    with pytest.raises(ValueError, match="Age holds 'old', which is no number"):
        numbers(pd.Series(["5", "old"], name="Age"), path)
    with pytest.raises(ValueError, match="Sex holds '3'; known are"):
        translate(pd.Series(["1", "3"], name="Sex"), {"1": "M"}, path)
