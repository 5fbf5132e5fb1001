"""Join clinical facts and case folders to the rows of a subject sheet."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import fault_of, images_of

PROBLEM = {"subject": "string", "left_out": "boolean", "problem": "string"}


def problem_rows(reasons: Mapping[str, str], *, left_out: bool) -> pd.DataFrame:
    """Give a row of the schema `problems` for each subject that has a reason."""
    rows = [(subject, left_out, reasons[subject]) for subject in sorted(reasons)]
    return pd.DataFrame(rows, columns=list(PROBLEM)).astype(PROBLEM)


def with_images(
    facts: pd.DataFrame,
    cases: Mapping[str, Path],
    *,
    folder: Path,
    files: Mapping[str, list[str]],
    table: Path,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects that have both facts and images, and say what the others lack.

    Parameters
    ----------
    facts : one row a subject (index), the sheet's columns but the images
    cases : case folder of each subject
    folder : the cohort's folder, to which the paths of the sheet are relative
    files : possible file names for each modality (see ``images_of``)
    table : where the facts come from
    """
    faults = {subject: fault_of(case, files) for subject, case in cases.items()}
    for subject in set(cases) - set(facts.index):
        faults[subject] = f"There is a case folder, but no row in {table.name}."
    for subject in set(facts.index) - set(cases):
        faults[subject] = f"There is a row in {table.name}, but no case folder."
    paths = {
        subject: {
            modality: path.relative_to(folder).as_posix()
            for modality, path in images_of(case, files).items()
        }
        for subject, case in sorted(cases.items())
        if faults[subject] is None
    }
    images = pd.DataFrame.from_dict(paths, orient="index", columns=list(files))
    reasons = {subject: fault for subject, fault in faults.items() if fault}
    return facts.loc[list(paths)].join(images), problem_rows(reasons, left_out=True)
