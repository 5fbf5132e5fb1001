"""Numbers of the text from four-row tables and sheets."""

import pandas as pd
import pytest

from regrade.tables import read_table, write_table
from reproduce_text import averaged, changed, counted, repeated, text_table


def place(name):
    return ["Table 1", name, "F1"]


def said(name):
    return ["text", name, "F1"]


def table(**values):
    rows = pd.DataFrame({"row": values.keys(), "value": values.values()})
    words = {"item": "Table 1", "column": "F1", "unit": "fraction", "scope": "demo"}
    return rows.assign(**words, sd=0.1, low=0.2, high=0.9, subjects=4)


def cohorts():
    return pd.DataFrame(
        {
            "cohort": ["a", "a", "a", "b"],
            "subject": ["A1", "A1_FU", "A2", "B1"],
            "patient": ["A1", "A1", "A2", "B1"],
            "grade": ["2", "2", "4", "4"],
            "age": [40.0, 40.0, 70.0, 99.0],
        }
    )


def test_a_repeated_number_is_that_of_the_table_with_its_interval():
    found = repeated(table(A=0.5, B=0.6), [[said("best"), place("B")]])
    [cell] = found.to_dict("records")
    assert [cell[key] for key in ("item", "row", "column")] == said("best")
    assert [cell[key] for key in ("value", "low", "high")] == [0.6, 0.2, 0.9]


def test_a_number_of_a_table_that_was_not_made_is_left_out():
    cells = table(A=0.5)
    assert repeated(cells, [[said("best"), place("B")]]).empty
    assert averaged(
        cells, [{"stated": said("m"), "of": [place("A"), place("B")]}]
    ).empty
    change = {"stated": said("c"), "start": [place("A")], "end": [place("B")]}
    assert changed(cells, [change | {"in": "points"}]).empty


def test_means_of_cells():
    mean = {"stated": said("mean"), "of": [place("A"), place("B")]}
    [cell] = averaged(table(A=0.5, B=0.6), [mean]).to_dict("records")
    assert cell["value"] == pytest.approx(0.55)


@pytest.mark.parametrize(
    ("way", "value"), [("points", 10), ("share", 20), ("fall", -20)]
)
def test_a_change_from_a_half_to_six_tenths(way, value):
    change = {"stated": said("c"), "start": [place("A")], "end": [place("B")]}
    [cell] = changed(table(A=0.5, B=0.6), [change | {"in": way}]).to_dict("records")
    assert cell["value"] == pytest.approx(value)
    assert cell["unit"] == "%"


def test_patients_are_counted_once_and_ages_averaged_over_them():
    entries = [
        {"where": {"cohort": ["a"]}, "count": "patient"},
        {"where": {"cohort": ["a"]}, "count": "subject"},
        {"where": {"cohort": ["a"], "grade": ["4"]}, "count": "patient"},
        {"where": {"cohort": ["a"]}, "mean": "age"},
    ]
    entries = [
        {"stated": said(str(n)), "of": "cohorts"} | entry
        for n, entry in enumerate(entries)
    ]
    found = counted({"cohorts": cohorts()}, entries)
    assert found["value"].tolist() == [2, 3, 1, 55]
    assert found["subjects"].tolist() == [2, 3, 1, 2]


def test_a_cohort_that_is_not_in_the_run_gives_no_number():
    entry = {"stated": said("n"), "of": "cohorts", "where": {"cohort": ["c"]}}
    assert counted({"cohorts": cohorts()}, [entry | {"count": "patient"}]).empty


def test_the_table_of_the_text_keeps_its_schema(tmp_path):
    text = {
        "same": [[said("best"), place("B")]],
        "means": [],
        "changes": [
            {"stated": said("c"), "start": [place("A")], "end": [place("B")]}
            | {"in": "points"}
        ],
        "counts": [
            {"stated": said("n"), "of": "cohorts", "where": {}, "count": "patient"}
        ],
    }
    splits = pd.DataFrame({"subject": ["A1", "A2"]})
    sheets = {"cohorts": cohorts(), "splits": splits}
    found = text_table(table(A=0.5, B=0.6), sheets, text, scope="demo")
    write_table(found, tmp_path / "text.csv", "table")
    kept = read_table(tmp_path / "text.csv", "table")
    assert kept["row"].tolist() == ["best", "c", "n"]
    assert kept["value"].tolist() == [0.6, pytest.approx(10), 3]
    assert kept["subjects"].tolist() == [4, 4, 3]
    assert (kept["scope"] == "demo").all()
