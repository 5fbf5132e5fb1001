import re

import pandas as pd
import pytest

from format_table import arrange, cell_words, markdown
from regrade.latex import latex


def cell(value, sd=None, unit="fraction"):
    columns = {"value": value, "sd": sd, "unit": unit, "low": -0.1, "high": 0.2}
    return next(pd.DataFrame([columns]).itertuples())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (cell(0.8949, 0.0332), "0.8949 ± 0.033"),
        (cell(0.9998, 0.0002), "0.9998 ± 0.0002"),
        (cell(0.8, 1e-17), "0.8000 ± 0.000"),
        (cell(0.9345), "0.9345"),
        (cell(96.98, unit="%"), "96.98 %"),
        (cell(33148995.0, unit="parameters"), "33,148,995"),
        (cell(-0.05, unit="difference"), "−0.0500 (−0.1000 to +0.2000)"),
        (cell(None), "–"),
    ],
)
def test_numbers_are_written_as_the_paper_prints_them(given, words):
    assert cell_words(given, with_sd=True, with_interval=False) == words


def test_a_row_of_another_work_is_the_papers_and_ours_is_this_runs():
    nothing = {"sd": None, "low": None, "high": None}
    table = pd.DataFrame(
        [
            {"row": "Pei et al. [9]", "value": None, "subjects": 0},
            {"row": "This paper", "value": 83.333, "subjects": 6},
        ]
    ).assign(item="Table 6", column="Test Accuracy", unit="%", **nothing)
    words = {
        "Pei et al. [9]": ["74.9", "U-Net & CNN"],
        "This paper": ["96.98", "Mixed"],
    }
    published = pd.DataFrame(
        [
            {"row": row, "column": column, "value": value, "unit": unit}
            for row, values in words.items()
            for column, value, unit in zip(
                ["Test Accuracy", "Method"], values, ["%", None], strict=True
            )
        ]
    ).assign(item="Table 6", sd=None)
    frame = arrange(table, published, ["Method", "Test Accuracy", "s"])["Table 6"]
    assert frame.loc["Pei et al. [9]"].tolist() == ["U-Net & CNN", "74.9 %", "–"]
    assert frame.loc["This paper"].tolist() == ["Mixed", "83.33 %", "–"]


def test_a_spread_stands_where_the_paper_prints_one_or_nothing():
    words = {"item": "Table 2", "row": "ResNet", "unit": "fraction", "subjects": 4}
    numbers = {"value": 0.9, "sd": 0.02, "low": 0.8, "high": 1.0}
    table = pd.DataFrame({"column": ["with", "without", "ours"]}).assign(
        **words, **numbers
    )
    published = pd.DataFrame({"column": ["with", "without"], "sd": ["0.03", None]})
    published = published.assign(**words, value="0.8")
    [row] = arrange(table, published, ["with", "without", "ours"])["Table 2"].to_numpy()
    assert row.tolist() == ["0.9000 ± 0.020", "0.9000", "0.9000 ± 0.020"]


def test_a_table_that_is_not_the_papers_has_intervals():
    one = {"row": "ResNet", "unit": "fraction", "subjects": 4, "value": 0.9, "sd": 0.02}
    table = pd.DataFrame({"column": ["AUC", "SD"]}).assign(item="Beyond", **one)
    table[["low", "high"]] = [[0.8, 1.0], [None, None]]
    published = pd.DataFrame(columns=["item", "row", "column", "value", "sd", "unit"])
    [row] = arrange(table, published, ["AUC", "SD"])["Beyond"].to_numpy()
    assert row.tolist() == ["0.9000 (0.8000 to 1.0000)", "0.9000 ± 0.020"]


FRAME = pd.DataFrame({"A_1 & B": ["96.98 %"], "F1": ["0.9 ± 0.1"]}, index=["2D | T1"])


def test_markdown_keeps_its_columns():
    lines = markdown(FRAME, "Model", "Table 1. Title.").splitlines()
    assert lines == [
        "**Table 1. Title.**",
        "",
        "| Model | A_1 & B | F1 |",
        "| --- | --- | --- |",
        r"| 2D \| T1 | 96.98 % | 0.9 ± 0.1 |",
    ]


def test_a_long_table_breaks_the_lines_of_its_columns():
    text = latex(FRAME, "Model", "Table 1.", long=True)
    width = r"p{0.28\linewidth}"
    assert rf"\begin{{longtable}}{{{3 * width}}}" in text


def test_latex_is_escaped():
    text = latex(FRAME, "Model", "Table 1. 50 % of A_1 & B.", long=False)
    assert r"\caption{Table 1. 50 \% of A\_1 \& B.}" in text
    assert r"Model & A\_1 \& B & F1 \\" in text
    assert r"2D \textbar{} T1 & 96.98 \% & 0.9 $\pm$ 0.1 \\" in text
    for sign in "%_#":
        assert not re.search(rf"(?<!\\){sign}", text), sign
    assert text.isascii()
