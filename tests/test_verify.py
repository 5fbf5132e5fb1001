"""The record of a run, and what comparing with it finds."""

import json
import os
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from regrade.records import hashes_in, write_record
from regrade.tables import load_schema
from verify import compare_places, differing_runs

TABLE = """scope,item,row,column,value,sd,low,high,unit,subjects
demo,Table 1,3D | T1,AUC,0.3,,0.1,0.9,fraction,9
demo,Table 1,3D | T1,time,12.5,,,,s,0
"""
PREDICTIONS = """experiment,fold,seed,epoch,subject,role,truth,predicted,p_HGG
r3d,0,1,2,S1,test,HGG,HGG,0.75
"""
CURVE = "label,share\nfirst,0.25\nsecond,0.5\n"
FILES = {
    "study/tables/table_1.csv": TABLE,
    "study/predictions/r3d.csv": PREDICTIONS,
    "study/figures/curve.csv": CURVE,
    "study/figures/curve.svg": "<svg/>",
    "run.json": json.dumps({"commit": "ab12", "packages": {"numpy": "2.4.6"}}),
}


def finished(folder: Path) -> Path:
    """Make a results folder with its record."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    write_record(folder / "record.zip", folder, list(FILES))
    return folder


@pytest.fixture
def here(tmp_path) -> Path:
    return finished(tmp_path / "results")


@pytest.fixture
def record(here) -> Path:
    return here / "record.zip"


@pytest.fixture
def there(tmp_path) -> Path:
    return finished(tmp_path / "other")


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def found(here: Path, there: Path, tolerance: float = 0) -> list[str]:
    return compare_places(here, there, tolerance=tolerance)


def test_nothing_differs_from_the_record_and_from_a_like_folder(here, record, there):
    assert found(here, record) == []
    assert found(here, there) == []
    assert found(here, there / "record.zip") == []


def test_one_changed_digit_is_found_and_named(here, record):
    change(here, "study/tables/table_1.csv", "0.3", "0.31")
    assert found(here, record) == [
        "study/tables/table_1.csv, item Table 1, row 3D | T1, column AUC: value is "
        f"0.31 here and 0.3 in {record}."
    ]


def test_each_changed_number_has_its_own_sentence(here, record):
    change(here, "study/tables/table_1.csv", "0.3,,0.1", "0.4,0.02,0.1")
    value, sd = found(here, record)
    assert ": value is 0.4 here and 0.3 in" in value
    assert ": sd is 0.02 here and empty in" in sd


def test_a_number_written_otherwise_is_another_text(here, record):
    change(here, "study/tables/table_1.csv", "0.3,", "0.30,")
    assert len(found(here, record)) == 1
    assert found(here, record, tolerance=1e-9) == []


def test_measured_seconds_are_no_difference(here, record):
    change(here, "study/tables/table_1.csv", "12.5", "13.75")
    assert found(here, record) == []


def test_a_measured_row_that_is_gone_is_named(here, record):
    change(
        here, "study/tables/table_1.csv", "demo,Table 1,3D | T1,time,12.5,,,,s,0", ""
    )
    row = "item Table 1, row 3D | T1, column time"
    sentence = f"study/tables/table_1.csv, {row}: not in the results."
    assert found(here, record) == [sentence]


def test_a_row_and_a_column_more_are_named_once(here, there):
    change(here, "study/figures/curve.csv", "second,0.5\n", "second,0.5\nthird,1\n")
    change(there, "study/figures/curve.csv", "label,share", "label,part")
    assert found(here, there) == [
        f"study/figures/curve.csv, row 3: not in {there}.",
        f"study/figures/curve.csv, column share: not in {there}.",
        "study/figures/curve.csv, column part: not in the results.",
    ]


def test_the_order_of_columns_is_no_difference(here, record):
    path = here / "study/figures/curve.csv"
    path.write_text("share,label\n0.25,first\n0.5,second\n")
    assert found(here, record) == []


def test_rows_of_a_table_without_a_schema_have_numbers(here, record):
    change(here, "study/figures/curve.csv", "0.5", "0.6")
    assert found(here, record) == [
        f"study/figures/curve.csv, row 2: share is 0.6 here and 0.5 in {record}."
    ]


def test_the_tolerance_is_relative(here, record):
    change(here, "study/figures/curve.csv", "0.5", "0.5004")
    assert found(here, record, tolerance=1e-3) == []
    assert len(found(here, record, tolerance=5e-4)) == 1


def test_no_tolerance_makes_a_word_a_number(here, record):
    change(here, "study/figures/curve.csv", "second", "2nd")
    assert len(found(here, record, tolerance=1.0)) == 1


def test_a_file_that_is_missing_is_named_with_its_side(here, there):
    (here / "study/figures/curve.svg").unlink()
    (there / "study/tables/table_1.csv").unlink()
    assert found(here, there) == [
        f"study/figures/curve.svg is missing in {here}.",
        f"study/tables/table_1.csv is missing in {there}.",
    ]


def test_a_file_that_only_one_run_made_is_named(here, there):
    (there / "study/tables/table_2.csv").write_text(TABLE)
    names = [*FILES, "study/tables/table_2.csv"]
    write_record(there / "record.zip", there, names)
    for one, other in [(here, there), (here, there / "record.zip"), (there, here)]:
        sentence = f"study/tables/table_2.csv is missing in {here}."
        assert found(one, other) == [sentence]


def test_rows_whose_key_is_not_theirs_alone_have_numbers(here, there):
    heading = "experiment,subject,slice,area\n"
    for folder, second in [(here, "0.5"), (there, "0.6")]:
        path = folder / "study/figures/curve.csv"
        path.write_text(f"{heading}r3d,S1,0,0.4\nr3d,S1,0,{second}\n")
    assert found(here, there) == [
        f"study/figures/curve.csv, row 2: area is 0.5 here and 0.6 in {there}."
    ]


def test_a_changed_figure_is_named_by_its_hash(here, record):
    change(here, "study/figures/curve.svg", "<svg/>", "<svg></svg>")
    (sentence,) = found(here, record)
    recorded = hashes_in(record)["study/figures/curve.svg"][:12]
    assert sentence.startswith("study/figures/curve.svg, SHA-256 ")
    assert sentence.endswith(f"and {recorded}… in {record}.")


def test_predictions_are_not_in_the_record_but_their_change_is_seen(here, there):
    record = there / "record.zip"
    name = "study/predictions/r3d.csv"
    assert name not in ZipFile(record).namelist()
    change(here, name, "0.75", "0.76")
    (by_hash,) = found(here, record)
    (by_cell,) = found(here, there)
    assert "SHA-256" in by_hash
    row = "experiment r3d, fold 0, seed 1, epoch 2, subject S1"
    assert by_cell == f"{name}, {row}: p_HGG is 0.76 here and 0.75 in {there}."


def test_a_folder_is_compared_as_it_is_and_not_as_it_was_recorded(here, there):
    change(there, "study/figures/curve.csv", "0.5", "0.6")
    assert len(found(here, there)) == 1
    assert found(here, there / "record.zip") == []


def test_the_same_files_give_the_same_record(here, record):
    before = record.read_bytes()
    for name in FILES:
        os.utime(here / name, (1e9, 1e9))
    write_record(record, here, list(FILES))
    assert record.read_bytes() == before
    times = {entry.date_time for entry in ZipFile(record).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("place", ["results", "elsewhere"])
def test_without_a_record_there_is_nothing_to_compare(here, tmp_path, place):
    if place == "results":
        (here / "record.zip").unlink()
    with pytest.raises(ValueError, match=rf"no record .*{place}/record.zip.*against"):
        found(here, tmp_path / place)


def test_a_table_that_is_none_any_more_is_named(here, record):
    (here / "study/figures/curve.csv").write_text("label,share\nfirst,0.25,7\n")
    sentence = "study/figures/curve.csv is no table any more: row 1 has 3 cells, 2 are"
    with pytest.raises(ValueError, match=sentence):
        found(here, record)


def test_an_emptied_table_has_no_rows_and_no_columns(here, record):
    (here / "study/figures/curve.csv").write_text("")
    missing = ["row 1", "row 2", "column label", "column share"]
    assert found(here, record) == [
        f"study/figures/curve.csv, {part}: not in the results." for part in missing
    ]


def test_other_circumstances_are_said_and_are_no_difference(here, there):
    change(there, "run.json", "2.4.6", "2.4.7")
    assert found(here, there) == []
    assert differing_runs(here, there) == [
        f"run.json, packages.numpy: 2.4.6 here and 2.4.7 in {there}."
    ]
    shutil.copy(here / "run.json", there / "run.json")
    assert differing_runs(here, there) == []


def test_a_table_and_its_comparison_call_the_same_units_measured():
    units = [load_schema(n)["columns"]["unit"] for n in ("table", "comparison")]
    assert units[0]["measured"] == units[1]["measured"] == ["MB", "s"]
    assert set(units[0]["measured"]) < set(units[0]["enum"])
