"""One self-contained page on a run, made from its tables and figures.

Every number in a table of the page is a cell of a CSV file and carries its place there.
"""

import hashlib
import json
from itertools import groupby
from pathlib import Path

import pandas as pd
import yaml

from regrade.logs import log_to
from regrade.pages import Row, data_uri, read_rows, reasons, render
from regrade.tables import load_schema, read_table

# Numbers that the paper does not print, and those it prints of others, are compared
# with nothing.
ASIDE = ["not printed", "other work"]
UNCOMPARED = ["not run", "not comparable"]
VERDICTS = ["inside the interval", "equal", "below", "above", "differs", "undefined"]
VERDICTS += ["published value impossible", "not comparable", "not run"]
VERDICTS += ["impossible", "accused", "confounded by design", "does not hold", "holds"]
VERDICTS += ["holds only under another reading", "not decided", "cannot be told"]
FORMS = {"integer": ",.0f", "number": ",.3g"}
COHORT_FORMS = {"subjects": ",.0f", "patients": ",.0f"}
COHORT_FORMS |= {"mean_age": ".1f", "left_out": ",.0f"}
COST_FORMS = {
    "parameters": ",.0f",
    "giga_multiply_adds": ",.3g",
    "mega_activations": ",.3g",
    "runs": ",.0f",
    "seconds_per_epoch": ",.1f",
    "items_per_second": ",.1f",
    "peak_memory_mb": ",.0f",
}


def whole_scope(scope: str, studies: list[dict]) -> str:
    """Add "partial run" where a published number was not run in any variant.

    Parameters
    ----------
    scope : what else keeps the numbers from being the studies' own, in words
    studies : with ``comparison``, the rows of that table
    """
    ran = {}
    for study in studies:
        for row in study["comparison"]:
            if row["verdict"] not in ASIDE:
                cell = tuple(row[key] for key in ("study", "item", "row", "column"))
                ran[cell] = ran.get(cell, False) or row["verdict"] != "not run"
    partial = [] if all(ran.values()) else ["partial run"]
    return ", ".join(filter(None, [scope, *partial]))


def outcome(verdicts: list[Row], study: str) -> list[dict]:
    """Arrange the counted verdicts of a study: the paper alone, then each variant.

    Returns
    -------
    variant (empty: the paper alone), and rows of ``verdicts.csv`` about each matter
    """
    own = [row for row in verdicts if row["study"] == study]
    variants = dict.fromkeys(row["variant"] for row in own)
    return [
        {
            "variant": variant,
            "about": {
                about: sorted(rows, key=by_verdict)
                for about, rows in groupby(
                    (row for row in own if row["variant"] == variant),
                    key=lambda row: row["about"],
                )
            },
        }
        for variant in variants
    ]


def by_verdict(row: Row) -> int:
    """Give the place of a verdict in the order of the page; others keep theirs."""
    known = row["verdict"] in VERDICTS
    return VERDICTS.index(row["verdict"]) if known else len(VERDICTS)


def named_columns(names: list[str], forms: dict[str, str]) -> list[dict]:
    """Give the columns of a shown table: name, heading, form (empty: a text)."""
    return [
        {"name": name, "heading": name.replace("_", " "), "form": forms.get(name, "")}
        for name in names
    ]


def all_columns(rows: list[Row], forms: dict[str, str]) -> list[dict]:
    """Give all columns of a table that has a row at least."""
    return named_columns(list(rows[0].cells), forms) if rows else []


def shown_table(table: dict) -> dict:
    """Read a table that is shown as it is; its schema says which columns are numbers.

    Parameters
    ----------
    table : file, schema, columns, what else the page says of it, and most, the number
        of rows that are shown, if not all are
    """
    rules = load_schema(table["schema"])["columns"]
    forms = {name: FORMS.get(rule["type"], "") for name, rule in rules.items()}
    columns = named_columns(table["columns"], forms)
    return table | {
        "columns": columns,
        "rows": read_rows(table["file"])[: table.get("most")],
    }


def read_study(study: dict) -> dict:
    """Read the tables of a study.

    Parameters
    ----------
    study : name, title, citation, doi, notes; comparison and audit (files), tables
        (section, name, variant, file, schema, caption, columns of each), figures
    """
    return study | {
        "comparison": read_rows(study["comparison"]),
        "audit": read_rows(study["audit"]),
        "files": {key: study[key] for key in ("comparison", "audit")},
        "tables": [shown_table(table) for table in study["tables"]],
    }


def compared_variants(comparison: list[Row]) -> list[dict]:
    """Sort the rows of each variant: items of the paper, beyond it, not compared.

    Returns
    -------
    name, printed and beyond (rows by item), aside (rows that are not compared)
    """
    variants = []
    for name in dict.fromkeys(row["variant"] for row in comparison):
        rows = [row for row in comparison if row["variant"] == name]
        aside = [row for row in rows if row["verdict"] in UNCOMPARED]
        items = {}
        for row in rows:
            if row["verdict"] not in UNCOMPARED:
                items.setdefault(row["item"], []).append(row)
        printed = {i: r for i, r in items.items() if any(c["printed"] for c in r)}
        beyond = {i: r for i, r in items.items() if i not in printed}
        shown = {"printed": printed, "beyond": beyond, "aside": aside}
        variants.append({"name": name, **shown})
    return variants


def embed(figures: list[dict], most_megabytes: float) -> list[dict]:
    """Put figures into the page as long as they fit; each picture once.

    Parameters
    ----------
    figures : id and file of each
    most_megabytes : what all of them may take

    Returns
    -------
    with ``uri`` (empty where it no longer fits) and ``same_as``, the id of a figure
    that is the same to the byte (empty where there is none)
    """
    embedded, size, known = [], 0, {}
    for figure in figures:
        content = Path(figure["file"]).read_bytes()
        key = hashlib.sha256(content).hexdigest()
        uri = "" if key in known else data_uri(content, "image/svg+xml")
        if size + len(uri) > most_megabytes * 1e6:
            uri = ""
        elif uri:
            known[key] = figure["id"]
        size += len(uri)
        same_as = "" if uri else known.get(key, "")
        embedded.append(figure | {"uri": uri, "same_as": same_as})
    return embedded


def by_checklist(rows: list[Row]) -> dict[str, list[Row]]:
    """Arrange the items of the checklists under the name of each."""
    checklists = {}
    for row in rows:
        checklists.setdefault(row["checklist"], []).append(row)
    return checklists


def page_content(
    studies: list[dict],
    *,
    scope: str,
    cohorts: dict[str, dict],
    problems: dict[str, pd.DataFrame],
    verdicts: list[Row],
    counted: list[Row],
    costs: list[Row],
    checklists: list[Row],
    run: dict,
    citation: dict,
    most_megabytes: float,
) -> dict:
    """Gather what the page's template takes.

    Parameters
    ----------
    studies : as ``read_study`` gives them
    scope : what keeps the numbers from being the studies' own, in words
    cohorts : title, licence, url, citation of each, as far as they are known
    problems : of each cohort, who was left out or is in doubt
    verdicts, counted, costs : rows of verdicts.csv, cohorts.csv, costs.csv
    checklists : rows of checklists.csv
    run : content of run.json
    citation : content of CITATION.cff
    most_megabytes : what all figures together may take
    """
    figures = embed([f for study in studies for f in study["figures"]], most_megabytes)
    return {
        "scope": whole_scope(scope, studies),
        "studies": [complete_study(study, verdicts, figures) for study in studies],
        "problems_of": {name: sorted_problems(p) for name, p in problems.items()},
        "about_cohorts": cohorts,
        "cohort_columns": all_columns(counted, COHORT_FORMS),
        "counted": counted,
        "cost_columns": all_columns(costs, COST_FORMS),
        "costs": costs,
        "checklists": by_checklist(checklists),
        "run": run,
        "citation": citation,
    }


def complete_study(study: dict, verdicts: list[Row], figures: list[dict]) -> dict:
    """Add to a study its verdicts, its compared variants and its figures."""
    variants = compared_variants(study["comparison"])
    return study | {
        "outcome": outcome(verdicts, study["name"]),
        "variants": variants,
        "variant_names": [variant["name"] for variant in variants],
        "figures": [figure for figure in figures if figure["study"] == study["name"]],
    }


def sorted_problems(problems: pd.DataFrame) -> dict:
    """Sort the problems of a cohort: subjects left out, and those in doubt."""
    out = problems["left_out"].astype(bool)
    return {"left_out": reasons(problems[out]), "doubts": reasons(problems[~out])}


if __name__ == "__main__":
    log_to(snakemake.log[0])
    inputs, params = snakemake.input, snakemake.params
    problems = {
        name: read_table(file, "problems")
        for name, file in zip(params.cohorts, inputs.problems, strict=True)
    }
    page = render(
        Path(inputs.template).read_text(encoding="utf-8"),
        "\n".join(Path(file).read_text(encoding="utf-8") for file in inputs.style),
        script=Path(inputs.behaviour).read_text(encoding="utf-8"),
        **page_content(
            [read_study(study) for study in params.studies],
            scope=params.scope,
            cohorts=params.cohorts,
            problems=problems,
            verdicts=read_rows(inputs.verdicts),
            counted=read_rows(inputs.cohorts),
            costs=read_rows(inputs.costs),
            checklists=read_rows(inputs.checklists),
            run=json.loads(Path(inputs.run).read_text(encoding="utf-8")),
            citation=yaml.safe_load(Path(inputs.citation).read_text(encoding="utf-8")),
            most_megabytes=params.most_megabytes,
        ),
    )
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
