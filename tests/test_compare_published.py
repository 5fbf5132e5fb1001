"""Printed numbers beside reproduced ones, with what the audit says of them."""

import pandas as pd
import pytest
import yaml

from compare_published import audited, compare, published_numbers
from regrade.tables import SCHEMAS, read_table, write_table
from side_by_side import side_by_side

STUDIES = ["zeng2024", "chatterjee2022"]
PUBLISHED = SCHEMAS.parent / "published"
CELL = ["item", "row", "column"]


def findings_of(*rows):
    columns = ["column", "verdict", "evidence", "corrected"]
    words = {"item": "Table 1(A)", "row": "2D | T1", "claim": "", "check": "the check"}
    return pd.DataFrame(rows, columns=columns).assign(**words)


def numbers(values, *findings):
    return audited(published_numbers(values), findings_of(*findings), [])


def published_of(**columns):
    cells = pd.DataFrame({"column": columns.keys(), "value": columns.values()})
    words = {"study": "zeng2024", "item": "Table 1(A)", "row": "2D | T1"}
    return cells.assign(**words, sd=pd.NA, unit="fraction")


def table_of(*cells):
    columns = ["column", "value", "low", "high"]
    words = {"scope": "", "item": "Table 1(A)", "row": "2D | T1", "sd": None}
    table = pd.DataFrame(cells, columns=columns)
    table[columns[1:]] = table[columns[1:]].astype(float)
    return table.assign(**words, unit="fraction", subjects=4)


def test_verdicts_place_the_reproduced_number():
    columns = ["AUC", "Acc", "APCA", "SEN", "SPE", "Count", "Others"]
    printed = dict.fromkeys(columns, "0.8")
    table = table_of(
        ("AUC", 0.7, 0.6, 0.8),
        ("Acc", 0.7, 0.65, 0.75),
        ("APCA", 0.9, 0.85, 0.95),
        ("SEN", None, None, None),
        ("Count", 0.8, None, None),
        ("PPV", 0.5, 0.4, 0.6),
        ("Others", None, None, None),
    )
    table.loc[table["column"] == "Others", "subjects"] = 0
    published = numbers(published_of(**printed))
    compared = compare(
        published, {"as_described": table}, readings={}, reasons=[]
    ).set_index("column")
    assert compared["verdict"].to_dict() == {
        "AUC": "inside the interval",
        "Acc": "below",
        "APCA": "above",
        "SEN": "undefined",
        "SPE": "not run",
        "Count": "equal",
        "Others": "other work",
        "PPV": "not printed",
    }
    assert compared.loc["Acc", "difference"] == pytest.approx(-0.1)
    assert (compared["unit"] == "fraction").all()


def test_each_variant_has_all_published_cells(tmp_path):
    published = numbers(published_of(AUC="0.8", Acc="0.7"))
    tables = {
        "as_described": table_of(("AUC", 0.7, 0.6, 0.8)),
        "corrected": table_of(("Acc", 0.7, 0.6, 0.8)),
    }
    write_table(
        compare(published, tables, readings={}, reasons=[]),
        tmp_path / "c.csv",
        "comparison",
    )
    compared = read_table(tmp_path / "c.csv", "comparison")
    assert compared["variant"].tolist() == ["as_described"] * 2 + ["corrected"] * 2
    words = ["inside the interval", "not run", "not run", "inside the interval"]
    assert compared["verdict"].tolist() == words


def test_numbers_outside_of_tables_are_compared_where_they_are_reproduced():
    text = published_of(patients="495", GPUs="2").assign(item="text sec. 2.1")
    values = pd.concat([published_of(AUC="0.8", Method="CNN with LSTM"), text])
    counted = table_of(("patients", 24.0, None, None)).assign(item="text sec. 2.1")
    tables = {"as_described": counted}
    compared = compare(numbers(values), tables, readings={}, reasons=[])
    assert compared["column"].tolist() == ["AUC", "patients", "GPUs"]
    assert compared["verdict"].tolist() == ["not run", "differs", "not run"]


def test_a_column_that_holds_another_score_is_compared_both_ways():  # 3A-1
    published = numbers(published_of(AUC="0.8", SEN="0.9"))
    table = table_of(("SEN", 0.5, 0.4, 0.6), ("PPV", 0.85, 0.8, 0.95))
    other = table_of(("PPV", 0.1, 0.1, 0.1)).assign(row="not printed")
    tables = {"as_described": pd.concat([table, other])}
    compared = compare(published, tables, readings={"SEN": "PPV"}, reasons=[])
    verdicts = compared[compared["row"] == "2D | T1"].set_index("column")["verdict"]
    assert verdicts.to_dict() == {
        "AUC": "not run",
        "SEN": "below",
        "SEN, read as PPV": "inside the interval",
    }
    names = compared.loc[compared["row"] == "not printed", "column"]
    assert names.tolist() == ["PPV"]


def test_comparison_refuses_two_studies():
    two = pd.concat([published_of(A="1"), published_of(B="1").assign(study="other")])
    with pytest.raises(ValueError, match="of one study"):
        compare(numbers(two), {"as_described": table_of()}, readings={}, reasons=[])


@pytest.mark.parametrize("study", ["zeng2024", "chatterjee2022"])
def test_published_cells_have_one_name_each(study):
    path = SCHEMAS.parent / "published" / f"{study}.csv"
    published = published_numbers(pd.read_csv(path, dtype=str))
    assert len(published) > 0
    assert not published.duplicated(["item", "row", "column"]).any()


def test_a_number_takes_the_worst_finding_on_itself_and_else_on_its_row():
    findings = [
        ("AUC", "holds", "in its bounds", None),
        ("AUC", "impossible", "below 0.97", "0.98"),
        (None, "holds", "a matrix", None),
        (None, "holds only under another reading", "as PPV", None),
    ]
    published = numbers(published_of(AUC="0.8", Acc="0.7"), *findings)
    table = table_of(("AUC", 0.8, 0.7, 0.9), ("Acc", 0.7, 0.6, 0.8))
    compared = compare(published, {"one": table}, readings={}, reasons=[])
    area, accuracy = compared.to_dict("records")
    assert area["verdict"] == "published value impossible"
    assert area["audit"] == "impossible"
    assert area["note"] == "the check: below 0.97; corrected: 0.98."
    assert accuracy["verdict"] == "inside the interval"
    assert pd.isna(accuracy["audit"])
    assert accuracy["note"] == "Of the row as a whole: the check: as PPV."


def test_a_number_that_is_printed_again_is_found_again_if_it_is_the_same():
    again = published_of(AUC="0.8", Acc="0.75").assign(item="Abstract")
    values = pd.concat([published_of(AUC="0.80", Acc="0.7"), again])
    findings = findings_of(
        ("AUC", "impossible", "low", None), ("Acc", "impossible", "high", None)
    )
    same = [
        [["Abstract", "2D | T1", name], ["Table 1(A)", "2D | T1", name]]
        for name in ("AUC", "Acc")
    ]
    found = audited(published_numbers(values), findings, same)
    assert found["impossible"].tolist() == [True, True, True, False]


def test_a_number_that_holds_needs_no_note():
    published = numbers(published_of(AUC="0.8"), ("AUC", "holds", "bounds", None))
    table = table_of(("AUC", 0.8, 0.7, 0.9))
    [cell] = compare(published, {"one": table}, readings={}, reasons=[]).to_dict(
        "records"
    )
    assert (cell["audit"], cell["note"]) == ("holds", "")


def test_what_was_not_run_or_cannot_be_compared_says_why():
    values = published_of(AUC="0.8", Acc="0.7", Rate="0.001", APCA="0.6")
    tables = {
        "one": table_of(("AUC", 0.8, 0.7, 0.9), ("Rate", 0.001, None, None)),
        "two": table_of(("Acc", 0.7, 0.6, 0.8)),
    }
    reasons = [{"why": "A setting.", "places": [["Table 1(A)", "2D | T1", "Rate"]]}]
    compared = compare(numbers(values), tables, readings={}, reasons=reasons)
    one = compared[compared["variant"] == "one"].set_index("column")
    assert one.loc["Acc", "note"] == "The variant does not run it; run by two."
    assert one.loc["APCA", "note"] == "No experiment or cohort of this run gives it."
    assert one.loc["Rate", ["verdict", "note"]].tolist() == [
        "not comparable",
        "A setting.",
    ]


def test_a_reason_for_the_beginning_of_a_place_is_one_for_all_that_begin_so():
    values = pd.concat([published_of(AUC="0.8"), published_of(AUC="0.7", B="1")])
    values["row"] = ["2D | T1", "3D | T1", "3D | T1"]
    reasons = [{"why": "No 3D.", "places": [["Table 1(A)", "3D | T1"]]}]
    compared = compare(
        numbers(values), {"one": table_of()}, readings={}, reasons=reasons
    )
    assert compared["verdict"].tolist() == ["not run"] + ["not comparable"] * 2


@pytest.mark.parametrize(
    ("printed", "reproduced", "verdict"),
    [("57", 57.4, "equal"), ("57", 57.6, "differs"), ("18.3", 18.24, "differs")],
)
def test_without_an_interval_the_printed_digits_decide(printed, reproduced, verdict):
    table = table_of(("age", reproduced, None, None))
    compared = compare(
        numbers(published_of(age=printed)), {"one": table}, readings={}, reasons=[]
    )
    assert compared["verdict"].tolist() == [verdict]


@pytest.mark.parametrize(("value", "verdict"), [(0.8, "equal"), (0.7, "differs")])
def test_an_interval_without_width_says_nothing(value, verdict):
    table = table_of(("AUC", value, value, value))
    compared = compare(
        numbers(published_of(AUC="0.8")), {"one": table}, readings={}, reasons=[]
    )
    assert compared["verdict"].tolist() == [verdict]


def test_a_printed_percentage_is_compared_as_one():
    values = published_of(recall="81").assign(unit="%")
    table = table_of(("recall", 0.8, 0.75, 0.9))
    [cell] = compare(numbers(values), {"one": table}, readings={}, reasons=[]).to_dict(
        "records"
    )
    assert [cell[key] for key in ("reproduced", "low", "high")] == [80, 75, 90]
    assert cell["difference"] == -1
    assert cell["verdict"] == "inside the interval"


@pytest.mark.parametrize("words", ["CNN with LSTM", "2D", "kernel 1 stride 2", "-"])
def test_words_are_no_numbers(words):
    assert published_numbers(published_of(Method=words)).empty


@pytest.mark.parametrize("words", ["5-8", "<0.0001", "(3,7,7)", "1:4", "240x240x155"])
def test_ranges_and_limits_are_shown_but_are_no_one_number(words):
    [cell] = published_numbers(published_of(Range=words)).to_dict("records")
    assert cell["printed"] == words
    assert pd.isna(cell["published"])


def test_side_by_side_shows_each_variant_and_the_audit(tmp_path):
    values = published_of(AUC="0.80", Acc="0.7").assign(unit=["fraction", None])
    published = numbers(values, ("AUC", "impossible", "low", None))
    tables = {
        "one": table_of(("AUC", 0.8123, 0.7, 0.9), ("Other", 0.5, 0.4, 0.6)),
        "two": table_of(("AUC", 0.75, None, None), ("Acc", None, None, None)),
    }
    compared = compare(published, tables, readings={}, reasons=[])
    write_table(compared, tmp_path / "c.csv", "comparison")
    frames = side_by_side(read_table(tmp_path / "c.csv", "comparison"))
    assert list(frames) == ["Table 1(A)"]
    [area, accuracy] = frames["Table 1(A)"].to_dict("records")
    assert area == {
        "Row": "2D | T1",
        "Number": "AUC",
        "Printed": "0.80",
        "Reproduced, one": "0.81 (0.70 to 0.90)",
        "Reproduced, two": "0.75",
        "Audit": "impossible",
    }
    assert accuracy["Reproduced, one"] == "not run"
    assert accuracy["Reproduced, two"] == "undefined"


def read_published(study):
    files = sorted(PUBLISHED.glob(f"{study}*.csv"))
    return published_numbers(pd.concat(pd.read_csv(f, dtype=str) for f in files))


def text_places(study):
    """All places of a study's text file, and the beginnings that have a reason."""
    text = yaml.safe_load((PUBLISHED / f"{study}_text.yaml").read_text())
    lists = text["changes"] + text["means"] + text["counts"]
    places = [place for place, _ in text["same"]] + [e["stated"] for e in lists]
    starts = [place for r in text["not_comparable"] for place in r["places"]]
    return [tuple(place) for place in places], [tuple(start) for start in starts]


@pytest.mark.parametrize("study", STUDIES)
def test_each_number_outside_of_tables_has_one_origin_or_one_reason(study):
    """Costs are a table of their own, although the text prints them."""
    published = read_published(study)
    tables = published["item"].str.match("Table|Figure [0-9]+($| \\()")
    costs = published["column"].isin(["GPU memory", "time per round"])
    places, starts = text_places(study)
    for place in published.loc[~tables & ~costs, CELL].itertuples(index=False):
        reasons = [start for start in starts if place[: len(start)] == start]
        assert places.count(place) + len(reasons) == 1, place


@pytest.mark.parametrize("study", STUDIES)
def test_each_place_of_the_text_is_printed(study):
    printed = set(read_published(study)[CELL].itertuples(index=False, name=None))
    places, starts = text_places(study)
    assert set(places) <= printed
    for start in starts:
        assert any(place[: len(start)] == start for place in printed), start
