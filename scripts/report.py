"""One self-contained page on a run: cohorts, comparisons, figures and costs."""

import json
from pathlib import Path

import pandas as pd

from regrade.logs import log_to
from regrade.markdown import in_words
from regrade.pages import counts, data_uri, reasons, render
from regrade.tables import read_table

COMPARED = ["inside the interval", "equal", "below", "above", "undefined"]
# Numbers that the paper does not print, and those it prints of others.
ASIDE = ["not printed", "other work"]


def cohort_summary(name: str, subjects: pd.DataFrame, problems: pd.DataFrame) -> dict:
    """Count a cohort by grade and sex, and gather the reasons of those left out."""
    left_out = problems["left_out"].astype(bool)
    return {
        "name": name,
        "subjects": len(subjects),
        "patients": subjects["patient"].nunique(),
        "grades": counts(subjects["grade"]),
        "sexes": counts(subjects["sex"]),
        "mean_age": subjects["age"].mean(),
        "left_out": problems.loc[left_out, "subject"].nunique(),
        "left_out_reasons": reasons(problems[left_out]),
        "doubts": reasons(problems[~left_out]),
    }


def study_summary(study: dict) -> dict:
    """Gather what the page shows of a study.

    Parameters
    ----------
    study : name, title, citation, doi, notes, comparison and audit (files), figures
        (file, caption of each), extras (variant, file, caption, columns of each), costs
        (label, file of each)
    """
    comparison = read_table(study["comparison"], "comparison")
    variants = [
        variant_summary(name, rows)
        for name, rows in comparison.groupby("variant", sort=False)
    ]
    figures = [
        {**figure, "uri": data_uri(Path(figure["file"]).read_bytes(), "image/svg+xml")}
        for figure in study["figures"]
    ]
    extras = [extra | {"table": extra_table(**extra)} for extra in study["extras"]]
    costs = cost_table(study["costs"]).to_dict("records")
    audit = audit_summary(read_table(study["audit"], "audit"))
    shown = {"variants": variants, "figures": figures, "extras": extras}
    return {**study, **shown, "costs": costs, "audit": audit}


def audit_summary(findings: pd.DataFrame) -> dict:
    """Sort what was found of the printed numbers: what holds, and what does not.

    Returns
    -------
    verdicts (number of each), faults and held: rows with ``about``, where the number
    stands
    """
    parts = findings[["item", "row", "column"]].fillna("")
    about = [", ".join(filter(None, names)) for names in parts.to_numpy()]
    rows = findings.fillna("").assign(about=about)
    holds = rows["verdict"] == "holds"
    return {
        "verdicts": rows["verdict"].value_counts().to_dict(),
        "faults": rows[~holds].to_dict("records"),
        "held": rows[holds].to_dict("records"),
    }


def extra_table(*, file: str, columns: list[str], **_) -> dict:
    """Read a table that is shown as it is.

    Returns
    -------
    headings, and rows of words
    """
    table = in_words(pd.read_csv(file).convert_dtypes()[columns])
    headings = [name.replace("_", " ") for name in columns]
    return {"headings": headings, "rows": table.to_numpy().tolist()}


def variant_summary(name: str, comparison: pd.DataFrame) -> dict:
    """Sort a variant's rows: tables that ran, and published numbers that did not."""
    waiting = comparison["verdict"] == "not run"
    verdicts = comparison["verdict"].value_counts()
    return {
        "name": name,
        "printed": int((~comparison["verdict"].isin(ASIDE)).sum()),
        "verdicts": {word: int(verdicts.get(word, 0)) for word in COMPARED},
        "items": nested(comparison[~waiting]),
        "not_run": nested(comparison[waiting]),
        "not_run_count": int(waiting.sum()),
    }


def nested(comparison: pd.DataFrame) -> dict[str, dict[str, list[dict]]]:
    """Arrange rows of the comparison as item, row, cells, in the order of the paper."""
    return {
        item: {
            row: cells.to_dict("records")
            for row, cells in rows.groupby("row", sort=False)
        }
        for item, rows in comparison.groupby("item", sort=False)
    }


def cost_table(costs: list[dict]) -> pd.DataFrame:
    """Average the costs of the runs of each model.

    Parameters
    ----------
    costs : label and file of each run; a file holds device, parameters, multiply_adds
        and activations (of one item), seconds_per_epoch, items_per_second,
        peak_memory_mb
    """
    if not costs:
        return pd.DataFrame()
    runs = [
        {"label": cost["label"], **json.loads(Path(cost["file"]).read_text())}
        for cost in costs
    ]
    counted = ["label", "device", "parameters", "multiply_adds", "activations"]
    return (
        pd.DataFrame(runs)
        .groupby(counted, sort=False)
        .agg(
            runs=("label", "size"),
            seconds_per_epoch=("seconds_per_epoch", "mean"),
            items_per_second=("items_per_second", "mean"),
            peak_memory_mb=("peak_memory_mb", "max"),
        )
        .reset_index()
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    sheets = zip(
        snakemake.params.cohorts,
        snakemake.input.subjects,
        snakemake.input.problems,
        strict=True,
    )
    page = render(
        Path(snakemake.input.template).read_text(),
        Path(snakemake.input.style).read_text(),
        scope=snakemake.params.scope,
        cohorts=[
            cohort_summary(
                name, read_table(subjects, "subjects"), read_table(problems, "problems")
            )
            for name, subjects, problems in sheets
        ],
        studies=[study_summary(study) for study in snakemake.params.studies],
    )
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
