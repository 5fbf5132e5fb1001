"""What the report page gathers; how it looks in a browser: test_page_browser.py."""

import re
from pathlib import Path

import pytest
from made_results import CAPTION, audit, comparison, figure, make_page, write

from regrade.pages import Row, breakable, from_page, number, read_rows, shown
from report import (
    by_checklist,
    compared_variants,
    embed,
    outcome,
    shown_table,
    whole_scope,
)


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return make_page(tmp_path, "demo cohorts, shrunken run").read_text()


def rows_of(folder, table):
    return read_rows(folder / write(folder, "table.csv", table))


def test_rows_are_numbered_as_in_a_spreadsheet_and_hold_texts(tmp_path):
    (tmp_path / "a.csv").write_text("subject,value\n001,0.10\n,\n")
    first, second = read_rows(tmp_path / "a.csv")
    assert (first.number, first["subject"], first["value"]) == (2, "001", "0.10")
    assert (second.number, second["value"]) == (3, "")


def test_numbers_are_written_with_dash_and_minus():
    assert number(-0.5, "+.2f") == "−0.50"
    assert number(float("nan")) == "–"
    assert shown("1500", ",.0f") == "1,500"
    assert shown("", ",.0f") == "–"


def test_long_words_can_break_and_are_escaped():
    assert breakable("a_b " + 25 * "x") == f"a_<wbr>b {20 * 'x'}<wbr>xxxxx"
    assert breakable("nothing to break_") == "nothing to break_"
    assert breakable("<i>") == "&lt;i&gt;"


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("results/zeng2024/audit.csv", "../zeng2024/audit.csv"),
        ("report/cohorts/ixi.html#flow", "cohorts/ixi.html#flow"),
        ("report/index.html#audit", "#audit"),
    ],
)
def test_links_are_seen_from_the_page(path, link):
    assert from_page(path) == link


def test_a_run_is_partial_where_no_variant_ran_a_published_number(tmp_path):
    table = comparison()
    whole = {"comparison": rows_of(tmp_path, table)}
    assert whole_scope("demo", [whole]) == "demo"
    alone = table[table["variant"] == "as_described"]
    partial = {"comparison": rows_of(tmp_path, alone)}
    assert whole_scope("demo", [whole, partial]) == "demo"
    assert whole_scope("demo", [partial]) == "demo, partial run"
    assert whole_scope("", [partial]) == "partial run"


def test_verdicts_are_arranged_by_variant_worst_last():
    rows = [
        ("a", "", "audit", "holds"),
        ("a", "", "audit", "impossible"),
        ("b", "v", "claims", "holds"),
        ("a", "v", "published numbers", "below"),
        ("a", "v", "published numbers", "inside the interval"),
        ("a", "v", "claims", "not decided"),
    ]
    columns = ["study", "variant", "about", "verdict"]
    verdicts = [Row(n, dict(zip(columns, row))) for n, row in enumerate(rows)]  # noqa: B905
    alone, variant = outcome(verdicts, "a")
    assert [row["verdict"] for row in alone["about"]["audit"]] == [
        "impossible",
        "holds",
    ]
    assert list(variant["about"]) == ["published numbers", "claims"]
    assert [row.number for row in variant["about"]["published numbers"]] == [4, 3]


def test_a_variant_sets_apart_what_is_beyond_the_paper_and_what_is_not_compared(
    tmp_path,
):
    first, second = compared_variants(rows_of(tmp_path, comparison()))
    assert [len(rows) for rows in first["printed"].values()] == [3]
    assert list(first["beyond"]) == ["Beyond"]
    assert [row["item"] for row in first["aside"]] == ["Table 2", "text"]
    assert (second["name"], list(second["printed"])) == ("corrected", ["Table 2"])


def test_a_table_is_shown_with_its_schemas_numbers(tmp_path):
    file = tmp_path / write(tmp_path, "audit.csv", audit())
    columns = ["item", "verdict"]
    table = shown_table({"file": file, "schema": "audit", "columns": columns})
    assert [column["form"] for column in table["columns"]] == ["", ""]
    file.write_text("subjects,p_corrected\n9,0.04\n")
    columns = ["subjects", "p_corrected"]
    table = shown_table({"file": file, "schema": "claims", "columns": columns})
    assert [column["form"] for column in table["columns"]] == [",.0f", ",.3g"]
    assert table["columns"][1]["heading"] == "p corrected"


def test_a_long_table_may_be_cut(tmp_path):
    file = tmp_path / write(tmp_path, "audit.csv", audit())
    table = {"file": file, "schema": "audit", "columns": ["item"]}
    assert [len(shown_table(table | most)["rows"]) for most in ({}, {"most": 1})] == [
        2,
        1,
    ]


def test_a_picture_is_embedded_once_and_as_long_as_there_is_room(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shapes = {"a": "<circle/>", "b": "<circle/>", "c": "<rect/>"}
    figures = [figure(tmp_path, "figures", name, s) for name, s in shapes.items()]
    first, same, other = embed(figures, 1)
    assert first["uri"].startswith("data:image/svg+xml;base64,")
    assert (same["uri"], same["same_as"]) == ("", first["id"])
    assert other["uri"] and not other["same_as"]
    room = (len(first["uri"]) + 1) / 1e6
    assert [bool(f["uri"]) for f in embed(figures, room)] == [True, False, False]
    assert embed(figures, room)[2]["same_as"] == ""
    assert [f["same_as"] for f in embed(figures, 0)] == ["", "", ""]


def test_items_stand_under_their_checklist():
    rows = [Row(n, {"checklist": name}) for n, name in enumerate("aba")]
    assert {n: [r.number for r in own] for n, own in by_checklist(rows).items()} == {
        "a": [0, 2],
        "b": [1],
    }


def test_page_says_its_scope_in_the_titles(page):
    scope = "demo cohorts, shrunken run"
    assert f"<title>Regrade report: {scope}</title>" in page
    for title in ("Table 1, published and reproduced", CAPTION, "Figures"):
        assert re.search(rf"{re.escape(title)}[:,] {scope}", page), title


def test_page_needs_no_other_file(page):
    assert page.count("data:image/svg+xml;base64,") == 3
    assert not re.search(r"<script [^>]*src|@import|url\(|src=\"(?!data:)", page)
    assert re.findall(r"<link [^>]*>", page) == ['<link rel="icon" href="data:,">']


def test_pictures_that_do_not_fit_are_linked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = make_page(tmp_path, most_megabytes=0).read_text()
    assert "data:image/svg" not in page
    assert 'href="../zeng2024/as_described/figures/survival.svg">open the' in page


def test_every_picture_has_words_and_names_its_rule(page):
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == 3
    assert all("A picture of &lt;" in picture for picture in pictures)
    assert "<code>draw_survival</code>, scripts/draw_survival.py" in page


def test_page_says_what_was_run_and_what_to_know(page):
    for words in ("abc123", "not committed", "Python 3.11.7", "Read SEN as PPV."):
        assert words in page
    assert "its &lt;terms&gt;" in page


def test_page_folds_what_is_not_compared(page):
    folded = re.findall(r"<details>.*?</details>", page, flags=re.DOTALL)
    assert any("2 printed numbers that are not compared" in f for f in folded)


def test_style_and_script_fit_a_file():
    report = Path(__file__).parents[1] / "workflow/report"
    for file in report.rglob("*.*"):
        assert len(file.read_text().splitlines()) < 350, file
