import json
import re

import pandas as pd
import pytest

from regrade.pages import number, render
from regrade.tables import SCHEMAS, load_schema, write_table
from report import (
    audit_summary,
    cohort_summary,
    cost_table,
    extra_table,
    study_summary,
    variant_summary,
)

REPORT = SCHEMAS.parent / "report"


def subjects():
    columns = load_schema("subjects")["columns"]
    sheet = pd.DataFrame(index=range(3), columns=list(columns))
    return sheet.assign(
        subject=["A", "A_FU", "B"],
        patient=["A", "A", "B"],
        grade=["4", "4", pd.NA],
        sex=["F", "F", "M"],
        age=[40.0, 40.0, 70.0],
    )


def problems():
    return pd.DataFrame(
        {
            "subject": ["C", "D", "B"],
            "left_out": [True, True, False],
            "problem": ["No <mask>.", "No <mask>.", "A copy of A."],
        }
    )


def comparison():
    """One cell run, one that only this run gives, one that was not run."""
    words = {"study": "zeng2024", "variant": "as_described", "row": "2D | T1"}
    cells = {
        "scope": ["demo", "demo", pd.NA],
        "item": ["Table 1(A)", "Table 1(A)", "Table 2"],
        "column": ["AUC", "PPV", "AUC"],
        "unit": ["fraction", pd.NA, "fraction"],
        "printed": ["0.8", None, "0.7"],
        "published": [0.8, None, 0.7],
        "published_sd": [None, None, None],
        "reproduced": [0.6, 0.9, None],
        "sd": [None, None, None],
        "low": [0.5, 0.8, None],
        "high": [0.7, 1.0, None],
        "difference": [-0.2, None, None],
        "verdict": ["below", "not printed", "not run"],
        "audit": ["holds", None, None],
        "note": [None, None, "The variant does not run it."],
    }
    return pd.DataFrame(cells).assign(**words)


def cost(folder, name, **measured):
    common = {"device": "GPU", "parameters": 1000, "items_per_second": 5.0}
    common |= {"multiply_adds": 2_500_000_000, "activations": 3_000_000}
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**common, **measured}))
    return {"label": "2D", "file": path}


def extra(folder):
    """Write a table with words, numbers, counts, and empty cells."""
    table = pd.DataFrame(
        {
            "claim": ["(a)", "(b)"],
            "p_corrected": [0.04567, None],
            "subjects": [1500, 9],
            "hidden": ["x", "y"],
        }
    )
    table.to_csv(folder / "claims.csv", index=False)
    return {
        "variant": "as_described",
        "file": str(folder / "claims.csv"),
        "caption": "Claims <tested>",
        "columns": ["claim", "p_corrected", "subjects"],
    }


def audit():
    """One number that is impossible, one row that holds."""
    return pd.DataFrame(
        {
            "item": ["Table 1", "Figure 9"],
            "row": ["2D | T1", "3D | T1"],
            "column": ["AUC", pd.NA],
            "claim": ["an <AUC> of patients", "whole patients"],
            "check": ["grid", "matrix"],
            "verdict": ["impossible", "holds"],
            "evidence": ["no k / 12", "TP 3"],
            "corrected": [pd.NA, pd.NA],
        }
    )


def study(folder):
    write_table(comparison(), folder / "comparison.csv", "comparison")
    write_table(audit(), folder / "audit.csv", "audit")
    (folder / "figure.svg").write_text("<svg/>")
    return {
        "name": "zeng2024",
        "title": "A title",
        "citation": "Zeng et al. 2024.",
        "doi": "10.0/none",
        "notes": ["Read SEN as PPV."],
        "comparison": folder / "comparison.csv",
        "audit": folder / "audit.csv",
        "figures": [
            {
                "variant": "as_described",
                "file": folder / "figure.svg",
                "caption": "ROC curves.",
            }
        ],
        "extras": [extra(folder)],
        "costs": [
            cost(folder, "seed-0", seconds_per_epoch=10, peak_memory_mb=None),
        ],
    }


@pytest.fixture
def page(tmp_path):
    return render(
        (REPORT / "page.html.j2").read_text(),
        (REPORT / "page.css").read_text(),
        scope="Demo cohorts, shrunken run",
        cohorts=[cohort_summary("brats2019", subjects(), problems())],
        studies=[study_summary(study(tmp_path))],
    )


def test_an_extra_table_is_shown_in_words(page, tmp_path):
    rows = extra_table(**extra(tmp_path))
    assert rows["headings"] == ["claim", "p corrected", "subjects"]
    assert rows["rows"] == [["(a)", "0.0457", "1,500"], ["(b)", "–", "9"]]
    assert (
        "<caption>Claims &lt;tested&gt;, Demo cohorts, shrunken run</caption>" in page
    )
    assert '<td data-label="p corrected">0.0457</td>' in page


def test_cohort_summary_counts():
    summary = cohort_summary("brats2019", subjects(), problems())
    assert (summary["subjects"], summary["patients"]) == (3, 2)
    assert summary["grades"] == {"4": 2, "not known": 1}
    assert summary["sexes"] == {"F": 2, "M": 1}
    assert summary["mean_age"] == 50
    assert summary["left_out"] == 2
    assert summary["left_out_reasons"] == {"No <mask>.": ["C", "D"]}
    assert summary["doubts"] == {"A copy of A.": ["B"]}


def test_variant_summary_sets_apart_what_was_not_run():
    summary = variant_summary("as_described", comparison())
    assert list(summary["items"]) == ["Table 1(A)"]
    assert list(summary["not_run"]) == ["Table 2"]
    assert summary["printed"] == 2
    assert summary["verdicts"]["below"] == 1


def test_audit_summary_sets_apart_what_holds():
    summary = audit_summary(audit())
    assert [row["about"] for row in summary["faults"]] == ["Table 1, 2D | T1, AUC"]
    assert [row["about"] for row in summary["held"]] == ["Figure 9, 3D | T1"]
    assert summary["verdicts"] == {"impossible": 1, "holds": 1}


def test_a_study_without_claims_has_nothing_in_its_audit():
    columns = ["item", "row", "column", "claim", "verdict"]
    summary = audit_summary(pd.DataFrame(columns=columns))
    assert summary == {"verdicts": {}, "faults": [], "held": []}


def test_page_shows_faults_and_folds_what_holds(page):
    faults, held = re.findall(r"<tbody>(.*?)</tbody>", page, flags=re.DOTALL)[1:3]
    assert "an &lt;AUC&gt; of patients" in faults
    assert "no k / 12" in faults
    assert "whole patients" in held
    assert "<summary>1 that hold</summary>" in page


def test_costs_are_means_over_the_runs_and_the_highest_memory(tmp_path):
    costs = [
        cost(tmp_path, "seed-0", seconds_per_epoch=10, peak_memory_mb=100),
        cost(tmp_path, "seed-1", seconds_per_epoch=20, peak_memory_mb=300),
    ]
    [row] = cost_table(costs).to_dict("records")
    assert (row["runs"], row["seconds_per_epoch"]) == (2, 15)
    assert row["peak_memory_mb"] == 300


def test_number_writes_dash_and_minus():
    assert number(-0.5, "+.2f") == "−0.50"
    assert number(float("nan")) == "–"


def test_page_says_its_scope_in_the_titles(page):
    assert "<title>Regrade report: Demo cohorts, shrunken run</title>" in page
    assert "Table 1(A), Demo cohorts, shrunken run" in page


def test_page_says_what_to_know_of_a_study(page):
    assert "Read SEN as PPV." in page


def test_page_needs_no_other_file(page):
    assert "data:image/svg+xml;base64,PHN2Zy8+" in page
    assert not re.search(r"https?://|<link|<script|@import|url\(", page)


def test_page_links_to_the_page_of_each_cohort(page):
    assert '<a href="cohorts/brats2019.html">brats2019</a>' in page


def test_page_escapes_what_comes_from_tables(page):
    assert "No &lt;mask&gt;." in page
    assert "<mask>" not in page


def test_page_folds_what_was_not_run(page):
    folded = re.findall(r"<details>.*?</details>", page, flags=re.DOTALL)
    assert "Table 2" in folded[-1]
    assert "Table 2" not in page.replace(folded[-1], "")


def test_page_shows_published_beside_reproduced(page):
    row = re.search(r"<th scope=\"row\">AUC</th>.*?</tr>", page, flags=re.DOTALL)[0]
    texts = re.sub(r"<[^>]+>", " ", row).split()
    expected = "AUC 0.8000 0.6000 0.5000 to 0.7000 −0.2000 below"
    assert " ".join(texts) == expected
