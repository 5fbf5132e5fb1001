"""A small results folder with answers anyone can work out, and its report page."""

from pathlib import Path

import pandas as pd

from regrade.pages import read_rows, render
from regrade.tables import SCHEMAS, load_schema
from report import page_content, read_study
from sum_up_run import average_costs, count_cohorts, count_verdicts, verdicts_of

REPORT = SCHEMAS.parent / "report"
HOSTILE = "<script>alert('1')</script> \"quoted\" & Größe_" + 190 * "x"
CAPTION = "What it says"
SCOPE = "demo cohorts"


def write(folder: Path, path: str, table: pd.DataFrame) -> str:
    """Write a table as CSV and give its path."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(file, index=False)
    return path


def filled(schema: str, rows: list[dict]) -> pd.DataFrame:
    """Give rows of a table; columns that a row does not name are empty."""
    return pd.DataFrame(rows, columns=list(load_schema(schema)["columns"]))


def comparison() -> pd.DataFrame:
    """Two variants: below, inside, not printed, and one run by the second alone."""
    number = {"study": "zeng2024", "variant": "as_described", "unit": "fraction"}
    ran = {"reproduced": 0.6, "low": 0.5, "high": 0.7, "scope": SCOPE}
    rows = [
        {"item": "Table 1", "row": HOSTILE, "column": "AUC", "published": 0.8}
        | ran
        | {"difference": -0.2, "verdict": "below"},
        {"item": "Table 1", "row": HOSTILE, "column": "SEN", "published": 0.65}
        | ran
        | {"difference": -0.05, "verdict": "inside the interval"},
        {"item": "Table 1", "row": "2D | T2", "column": "AUC", "published": 0.12341}
        | ran
        | {"difference": 0.47659, "verdict": "above"},
        {"item": "Beyond", "row": "2D | T1", "column": "Slope"}
        | ran
        | {"unit": "number", "verdict": "not printed"},
        {"item": "Table 2", "row": "3D", "column": "AUC", "published": 0.7}
        | {"verdict": "not run"},
        {"variant": "corrected", "item": "Table 2", "row": "3D", "column": "AUC"}
        | ran
        | {"published": 0.7, "difference": -0.1, "verdict": "inside the interval"},
        {"item": "text", "row": "cities", "column": "incidence", "printed": "5-8"}
        | {"unit": "per 100000", "verdict": "not comparable", "note": "Not of a run."},
    ]
    rows = [{"printed": row.get("published")} | row for row in rows]
    rows[0] |= {"audit": "impossible", "note": "read otherwise"}
    return filled("comparison", [number | row for row in rows])


def audit() -> pd.DataFrame:
    """One number that is impossible, one row that holds."""
    faulty = {"item": "Table 1", "row": "2D | T1", "column": "AUC", "check": "grid"}
    faulty |= {"claim": "an <AUC> of patients", "verdict": "impossible"}
    sound = {"item": "Figure 9", "row": "3D | T1", "check": "matrix"}
    sound |= {"claim": "whole patients", "verdict": "holds", "evidence": "TP 3"}
    return filled("audit", [faulty | {"evidence": "no k / 12"}, sound])


def claims() -> pd.DataFrame:
    """One claim that is not decided, and its pair, whose p are not corrected."""
    claim = {"claim": "(a)", "words": "3D is better", "subjects": 1500}
    pair = {"better": "b", "worse": "a", "difference": -0.04567, "p": 0.00001234}
    judged = claim | {"verdict": "not decided"}
    return filled("claims", [judged, claim | pair | {"verdict": "as claimed"}])


def probes() -> pd.DataFrame:
    """One probe that accuses."""
    probe = {"probe": "header", "input": "slices", "question": "LGG or HGG"}
    probe |= {"expected": 0.5, "value": 0.9999, "subjects": 9, "experiments": "b"}
    return filled("probes", [probe | {"verdict": "accused"}])


def settings() -> pd.DataFrame:
    """Rows of the settings table; nothing in them is a number."""
    words = ["not stated: <i>", "Adam"]
    rows = {"setting": ["a.b", HOSTILE], "value": [1, "x"], "words": words}
    return pd.DataFrame(rows).assign(variant=["", "corrected"])


def checklists() -> pd.DataFrame:
    """One item answered by the run, one that is not met."""
    return pd.DataFrame(
        {
            "checklist": ["CLAIM 2024", "CLAIM 2024"],
            "section": ["Methods", "Results"],
            "item": ["1", "2"],
            "topic": ["Data", HOSTILE],
            "answer": ["answered by the run", "not met"],
            "evidence": ["the cohorts", ""],
            "link": ["zeng2024/audit.csv", "report/index.html#cohorts"],
        }
    )


def sheets() -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Two subjects of one patient and one of another; two left out, one in doubt."""
    subjects = pd.DataFrame(
        {
            "subject": ["A", "A_FU", "B"],
            "patient": ["A", "A", "B"],
            "grade": ["4", "4", pd.NA],
            "sex": ["F", "F", "M"],
            "age": [40.0, 40.0, 70.0],
        }
    )
    problems = pd.DataFrame(
        {
            "subject": [HOSTILE, "D", "B"],
            "left_out": [True, True, False],
            "problem": ["No <mask>.", "No <mask>.", "A copy of A."],
        }
    )
    return {"brats2019": (subjects, problems)}


def cost(folder: Path, seed: int, **measured) -> dict:
    """Write what a training took, and give where it stands."""
    common = {"device": "GPU", "parameters": 1000, "items_per_second": 5.0}
    common |= {"multiply_adds": 2_500_000_000, "activations": 3_000_000}
    path = folder / f"cost_{seed}.json"
    pd.Series(common | measured, dtype=object).to_json(path)
    model = {"study": "zeng2024", "variant": "as_described", "experiment": "2D"}
    return model | {"file": str(path)}


def figure(folder: Path, section: str, variant: str, shape: str) -> dict:
    """Write a picture, and give what the page says of it."""
    path = f"zeng2024/{variant}/figures/{section}.svg"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="900">{shape}</svg>'
    (folder / path).write_text(svg)
    (folder / path).with_suffix(".pdf").write_text("%PDF")
    return {
        "id": f"zeng2024-{variant}-{section}",
        "study": "zeng2024",
        "variant": variant,
        "name": section,
        "section": section,
        "file": path,
        "rule": f"draw_{section}",
        "caption": f"A picture of <{section}>.",
    }


def table(section: str, name: str, variant: str, file: str, columns: list[str]) -> dict:
    """Say how a table is shown as it is."""
    # Texts alone, of which any schema without its columns has no number.
    schema = {"settings": "exclusions"}.get(name, name)
    shown = {"section": section, "name": name, "variant": variant, "file": file}
    return shown | {"schema": schema, "caption": CAPTION, "columns": columns}


def study(folder: Path) -> dict:
    """Write the tables and figures of a study, and say how they are shown."""
    at = "zeng2024/as_described/tables"
    paths = {
        "claims": write(folder, f"{at}/claims.csv", claims()),
        "probes": write(folder, f"{at}/probes.csv", probes()),
        "settings": write(folder, "zeng2024/settings.csv", settings()),
    }
    columns = {
        "claims": ["claim", "words", "difference", "p", "subjects", "verdict"],
        "probes": ["probe", "input", "question", "expected", "value", "low", "high"]
        + ["p_corrected", "subjects", "verdict", "experiments", "note"],
        "settings": list(settings()),
    }
    sections = {"claims": "tables", "probes": "probes", "settings": "settings"}
    variants = {"settings": ""}
    return {
        "name": "zeng2024",
        "title": "A title",
        "citation": "Zeng et al. 2024.",
        "doi": "10.0/none",
        "notes": ["Read SEN as PPV."],
        "comparison": write(folder, "zeng2024/comparison.csv", comparison()),
        "audit": write(folder, "zeng2024/audit.csv", audit()),
        "figures": [
            figure(folder, "figures", "as_described", "<circle/>"),
            figure(folder, "figures", "corrected", "<circle/>"),
            figure(folder, "cohorts", "as_described", "<rect/>"),
            figure(folder, "survival", "as_described", "<path/>"),
        ],
        "tables": [
            table(sections[n], n, variants.get(n, "as_described"), paths[n], columns[n])
            for n in paths
        ],
    }


def make_page(folder: Path, scope: str = SCOPE, most_megabytes: float = 14) -> Path:
    """Write the results into a folder, which is to be the working one, and its page."""
    shown = study(folder)
    judged = [t for t in shown["tables"] if t["name"] in ("claims", "probes")]
    judged = [{key: t[key] for key in ("name", "variant", "file")} for t in judged]
    files = {key: shown[key] for key in ("comparison", "audit")}
    verdicts = count_verdicts(verdicts_of("zeng2024", **files, judged=judged))
    costs = average_costs([cost(folder, 0, seconds_per_epoch=10, peak_memory_mb=9)])
    sums = {"verdicts": verdicts, "cohorts": count_cohorts(sheets()), "costs": costs}
    for name, sum_up in sums.items():
        write(folder, f"report/{name}.csv", sum_up)
    write(folder, "checklists.csv", checklists())
    (folder / "report/cohorts").mkdir()
    for name in ("cohorts/brats2019", "zeng2024"):
        (folder / f"report/{name}.html").write_text("<title>Another page</title>")
    styles = [REPORT / name for name in ("page.css", "report.css")]
    content = page_content(
        [read_study(shown)],
        scope=scope,
        cohorts={"brats2019": {"title": "BraTS", "licence": "its <terms>"}},
        problems={name: problems for name, (_, problems) in sheets().items()},
        verdicts=read_rows("report/verdicts.csv"),
        counted=read_rows("report/cohorts.csv"),
        costs=read_rows("report/costs.csv"),
        checklists=read_rows("checklists.csv"),
        run=run(),
        citation={"title": "R", "version": "1", "license": "MIT", "message": "Cite."},
        most_megabytes=most_megabytes,
    )
    page = render(
        (REPORT / "page.html.j2").read_text(),
        "\n".join(style.read_text() for style in styles),
        script=(REPORT / "page.js").read_text(),
        **content,
    )
    (folder / "report/index.html").write_text(page, encoding="utf-8")
    return folder / "report/index.html"


def run() -> dict:
    """Give what run.json says."""
    return {
        "regrade": "0.1.0",
        "commit": "abc123",
        "clean": False,
        "python": "3.11.7",
        "platform": "Linux",
        "packages": {"numpy": "2.4.6"},
        "devices": [{"device": "GPU", "precision": "mixed", "runs": 1}],
        "seeds": [1, 2],
        "scope": SCOPE,
    }
