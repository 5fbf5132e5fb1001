"""Make the subject sheet: the subjects found, less those whose images are bad."""

import pandas as pd

from regrade.cohorts.joining import PROBLEM, problem_rows
from regrade.logs import log_to
from regrade.tables import load_schema, read_table, write_table

RARE = 0.02  # share of a cohort below which a grid is worth a look


def list_subjects(
    found: pd.DataFrame,
    problems: pd.DataFrame,
    checks: pd.DataFrame,
    brains: pd.DataFrame,
    *,
    cohort: str,
    limit: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subject sheet and all problems of a cohort.

    Parameters
    ----------
    found, problems : what the reader of the cohort gave
    checks : one row a subject of ``found``
    brains : one row a subject whose brain was looked for
    limit : largest share of the subjects that may be left out
    """
    checked = found.merge(checks, on="subject", how="left", validate="1:1")
    assert checked["left_out"].notna().all(), "the chunks cover all subjects"
    judged = pd.concat([checks, brains])[["subject", "left_out", "problem"]]
    problems = join(problems, judged.dropna(subset="problem"))
    bad = checked["subject"].isin(judged.loc[judged["left_out"], "subject"])
    refuse_too_many(problems, kept=int((~bad).sum()), cohort=cohort, limit=limit)
    sheet, copies = join_copies(checked[~bad])
    columns = list(load_schema("subjects")["columns"])
    return sheet[columns], join(problems, rare_grids(sheet), copies)


def join(*problems: pd.DataFrame) -> pd.DataFrame:
    """Put tables of problems one below the other; empty ones have types, too."""
    return pd.concat([t.astype(PROBLEM) for t in problems], ignore_index=True)


def refuse_too_many(
    problems: pd.DataFrame, *, kept: int, cohort: str, limit: float
) -> None:
    """Stop if nobody is kept, or a larger share than ``limit`` is left out."""
    lost = problems[problems["left_out"]].drop_duplicates("subject")
    first = " ".join(f"{row.subject}: {row.problem}" for row in lost[:3].itertuples())
    counts = f"{cohort}: {len(lost)} of {kept + len(lost)} subjects cannot be used"
    if kept == 0:
        raise ValueError(f"{counts}. {first} See `cohorts.{cohort}` in config.yaml.")
    if len(lost) / (kept + len(lost)) > limit:
        raise ValueError(
            f"{counts}, more than the share of {limit:g} that `limits.left_out` in "
            f"config.yaml allows. {first}"
        )


def rare_grids(sheet: pd.DataFrame) -> pd.DataFrame:
    """Note the subjects whose grid hardly anybody else in the cohort has."""
    usual = sheet["grid"].value_counts()
    rare = sheet["grid"].map(usual / max(usual.sum(), 1)) < RARE
    notes = {
        row.subject: f"Its grid is {row.grid}; most have {usual.index[0]}."
        for row in sheet[rare].itertuples()
    }
    return problem_rows(notes, left_out=False)


def join_copies(sheet: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make one patient of subjects with the same first image, and note them."""
    sheet = sheet.copy()
    notes = {}
    for _, copies in sheet.dropna(subset="content").groupby("content", sort=False):
        first, *others = copies["subject"]
        patients = sheet.loc[copies.index, "patient"]
        one = dict.fromkeys(patients, patients.iloc[0])
        sheet["patient"] = sheet["patient"].replace(one)
        note = f"Its first image equals that of {first}; both count as one patient."
        notes |= dict.fromkeys(others, note)
    return sheet, problem_rows(notes, left_out=False)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    inputs = snakemake.input
    sheet, problems = list_subjects(
        read_table(inputs.found, "found"),
        read_table(inputs.found_problems, "problems"),
        pd.concat(read_table(path, "checks") for path in inputs.checks),
        pd.concat(read_table(path, "brains") for path in inputs.brains),
        cohort=snakemake.params.cohort,
        limit=snakemake.params.limit,
    )
    write_table(sheet, snakemake.output.subjects, "subjects")
    write_table(problems, snakemake.output.problems, "problems")
