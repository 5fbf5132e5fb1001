"""Make the subject sheet: the subjects found, less those whose images are bad."""

import pandas as pd

from regrade.cohorts.sheet import problem_rows
from regrade.logs import log_to
from regrade.tables import load_schema, read_table, write_table


def list_subjects(
    found: pd.DataFrame,
    problems: pd.DataFrame,
    checks: pd.DataFrame,
    *,
    cohort: str,
    limit: float,
    subjects: int | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subject sheet and all problems of a cohort.

    Parameters
    ----------
    found, problems : what the reader of the cohort gave
    checks : one row a subject of ``found``
    limit : largest share of the subjects that may be left out
    subjects : largest number kept of each grade, the first ones; None keeps all
    """
    checked = found.merge(checks, on="subject", how="left", validate="1:1")
    assert checked["left_out"].notna().all(), "the chunks cover all subjects"
    bad = checked["left_out"].astype(bool)
    faults = checked[bad].set_index("subject")["problem"].to_dict()
    problems = pd.concat([problems, problem_rows(faults, left_out=True)])
    refuse_too_many(problems, kept=int((~bad).sum()), cohort=cohort, limit=limit)
    sheet, copies = join_copies(checked[~bad])
    if subjects is not None:
        sheet = sheet.groupby("grade", sort=False, dropna=False).head(subjects)
    columns = list(load_schema("subjects")["columns"])
    return sheet[columns], pd.concat([problems, copies], ignore_index=True)


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
    sheet, problems = list_subjects(
        read_table(snakemake.input.found, "found"),
        read_table(snakemake.input.found_problems, "problems"),
        pd.concat(read_table(path, "checks") for path in snakemake.input.checks),
        cohort=snakemake.params.cohort,
        limit=snakemake.params.limit,
        subjects=snakemake.params.subjects,
    )
    write_table(sheet, snakemake.output.subjects, "subjects")
    write_table(problems, snakemake.output.problems, "problems")
