"""What came of a run, in three tables: its verdicts, its cohorts, its costs.

verdicts : study, variant (empty: the paper alone), about, verdict, count
cohorts : a row a cohort; patients counted once, mean age over subjects
costs : a row a model that was trained; means over its runs, the highest memory
"""

import json
from pathlib import Path

import pandas as pd

from regrade.logs import log_to
from regrade.pages import counts
from regrade.tables import read_table

# Compared with nothing: what the paper does not print, or prints of others.
ASIDE = ["not printed", "other work"]
# "SEN, read as PPV" is the printed SEN once more.
AGAIN = ", read as "
MODEL = ["study", "variant", "experiment", "device"]
MODEL += ["parameters", "giga_multiply_adds", "mega_activations"]
MEASURED = ["parameters", "multiply_adds", "activations", "seconds_per_epoch"]
MEASURED += ["items_per_second", "peak_memory_mb"]


def verdicts_of(
    study: str, *, comparison: str, audit: str, judged: list[dict]
) -> pd.DataFrame:
    """Gather the verdicts of a study: on each printed number, claim and leak probe.

    Parameters
    ----------
    comparison, audit : files
    judged : name (claims or probes), variant and file of each table

    Returns
    -------
    study, variant, about, verdict
    """
    compared = read_table(comparison, "comparison")
    again = compared["column"].str.contains(AGAIN)
    compared = compared[~compared["verdict"].isin(ASIDE) & ~again]
    parts = [
        read_table(audit, "audit").assign(variant="", about="audit"),
        compared.assign(about="published numbers"),
    ]
    for table in judged:
        rows = read_table(table["file"], table["name"])
        if table["name"] == "claims":
            # The pairs below a claim are its evidence.
            rows = rows[rows["better"].isna()]
        parts.append(rows.assign(variant=table["variant"], about=table["name"]))
    columns = ["variant", "about", "verdict"]
    return pd.concat([part[columns] for part in parts]).assign(study=study)


def count_verdicts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count like verdicts on the same matter, in the order in which they come."""
    columns = ["study", "variant", "about", "verdict"]
    return verdicts.groupby(columns, sort=False).size().reset_index(name="count")


def count_cohorts(sheets: dict[str, tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Count each cohort by grade and sex.

    Parameters
    ----------
    sheets : of each cohort, its subjects and its problems
    """
    return pd.DataFrame(
        {
            "cohort": name,
            "subjects": len(subjects),
            "patients": subjects["patient"].nunique(),
            "grades": tally(subjects["grade"]),
            "sex": tally(subjects["sex"]),
            "mean_age": subjects["age"].mean(),
            "left_out": problems.loc[problems["left_out"], "subject"].nunique(),
        }
        for name, (subjects, problems) in sheets.items()
    )


def tally(values: pd.Series) -> str:
    """Count each word, in words."""
    return ", ".join(f"{word}: {count}" for word, count in counts(values).items())


def average_costs(costs: list[dict]) -> pd.DataFrame:
    """Average the costs of the runs of each model.

    Parameters
    ----------
    costs : study, variant, experiment and file of each run; a file holds device,
        parameters, multiply_adds and activations (of one item), seconds_per_epoch,
        items_per_second, peak_memory_mb
    """
    rows = [cost | json.loads(Path(cost["file"]).read_text()) for cost in costs]
    none = pd.DataFrame(columns=[*MODEL[:4], *MEASURED])
    runs = pd.DataFrame(rows) if rows else none
    runs["giga_multiply_adds"] = runs["multiply_adds"] / 1e9
    runs["mega_activations"] = runs["activations"] / 1e6
    averages = runs.groupby(MODEL, sort=False).agg(
        runs=("experiment", "size"),
        seconds_per_epoch=("seconds_per_epoch", "mean"),
        items_per_second=("items_per_second", "mean"),
        peak_memory_mb=("peak_memory_mb", "max"),
    )
    return averages.reset_index()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    inputs, params = snakemake.input, snakemake.params
    files = zip(params.cohorts, inputs.subjects, inputs.problems, strict=True)
    sheets = {
        name: (read_table(subjects, "subjects"), read_table(problems, "problems"))
        for name, subjects, problems in files
    }
    verdicts = pd.concat(verdicts_of(**study) for study in params.studies)
    count_verdicts(verdicts).to_csv(snakemake.output.verdicts, index=False)
    count_cohorts(sheets).to_csv(snakemake.output.cohorts, index=False)
    average_costs(params.costs).to_csv(snakemake.output.costs, index=False)
