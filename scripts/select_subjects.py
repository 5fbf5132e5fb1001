"""Choose a study's subjects from the cohorts' sheets, each patient once.

Which class a grade is, the label rule of a variant says when the subjects are split;
here a subject is kept if any variant has a class for its grade.
"""

import logging
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from regrade.logs import log_to
from regrade.tables import read_table, write_table

logger = logging.getLogger("regrade")


def without_class(sheet: pd.DataFrame, grades: Collection[str]) -> pd.Series:
    """Say of each subject why no label rule names it; NA for those it names."""
    grade = sheet["grade"].map("Grade {} has no class in the study.".format)
    grade = grade.where(sheet["grade"].notna(), "Its grade is not known.")
    reasons = grade.where(~sheet["grade"].isin(list(grades)))
    # A patient counts once, as it was before treatment.
    return reasons.mask(sheet["follow_up"].astype(bool), "It is a follow-up.")


def without_images(sheet: pd.DataFrame, images: Collection[str]) -> pd.Series:
    """Say of each subject which images it lacks; NA where it has all."""
    missing = sheet[list(images)].isna()
    lacking = [", ".join(missing.columns[row]) for row in missing.to_numpy(bool)]
    reasons = "It has no " + pd.Series(lacking, sheet.index, dtype="string") + "."
    return reasons.where(missing.any(axis=1))


def too_small(sheet: pd.DataFrame, least_area: float) -> pd.Series:
    """Say of each subject whose tumour is too small (A-04); NA of the others."""
    reasons = pd.Series(pd.NA, index=sheet.index, dtype="string")
    words = f"Its tumour has less than {least_area:g} square mm in every slice."
    return reasons.mask(sheet["tumour_area"] < least_area, words)


def without_features(
    sheet: pd.DataFrame, measured: Collection[str] | None
) -> pd.Series:
    """Say of each subject that it has no row in the table of features; NA if it has.

    Parameters
    ----------
    measured : subjects of a table made elsewhere; None where there is none
    """
    absent = pd.Series(False, sheet.index)
    if measured is not None:
        absent = ~sheet["subject"].isin(list(measured))
    words = "It has no row in the table of shape features."
    return pd.Series(words, sheet.index, dtype="string").where(absent)


def refuse_too_many(
    cohort: str, unmeasured: pd.DataFrame, *, whole: int, limit: float, measured: list
) -> None:
    """Stop if a larger share than ``limit`` has no row in the table of features."""
    if len(unmeasured) <= limit * whole:
        return
    raise ValueError(
        f"{cohort}: {len(unmeasured)} of {whole} subjects have no row in the table of "
        f"shape features, among them {unmeasured['subject'].tolist()[:3]}; it has "
        f"{measured[:3]} and others. More than the share of {limit:g} that `limits."
        f"left_out` in config.yaml allows; correct `cohorts.{cohort}.radiomics`."
    )


def not_drawn(sheet: pd.DataFrame, sample: int | None, seed: int) -> pd.Series:
    """Draw ``sample`` subjects at random (B-02); say of the others that they were not.

    None draws all. The order of the sheet stays.
    """
    reasons = pd.Series(pd.NA, index=sheet.index, dtype="string")
    if sample is None or sample >= len(sheet):
        return reasons
    rows = np.random.default_rng(seed).choice(len(sheet), sample, replace=False)
    drawn = sheet.index[rows]
    return reasons.mask(
        ~sheet.index.isin(drawn), f"It was not drawn for the sample of {sample}."
    )


def link_patients(subjects: pd.DataFrame) -> pd.Series:
    """Give one patient name to all rows that share a name, another id or their voxels.

    The same person appears in several editions of BraTS, in TCGA and in UCSF-PDGM
    under other names.
    """
    known = subjects[["subject", "patient", "other_ids", "content"]].fillna("")
    names = [
        {row.subject, row.patient, *row.other_ids.split(), row.content} - {""}
        for row in known.itertuples()
    ]
    codes, _ = pd.factorize(np.array([name for row in names for name in row], object))
    rows = np.repeat(np.arange(len(names)), [len(row) for row in names])
    size = len(names) + len(codes)
    links = coo_array((np.ones(len(codes)), (rows, len(names) + codes)), (size, size))
    _, group = connected_components(links, directed=False)
    return subjects["patient"].groupby(group[: len(names)]).transform("first")


def counted_already(subjects: pd.DataFrame) -> pd.Series:
    """Say of each subject whose patient came before which one it repeats; NA if none.

    Parameters
    ----------
    subjects : all cohorts, patients linked; the cohort that comes first wins
    """
    first = subjects.drop_duplicates("patient").set_index("patient")
    first = subjects["patient"].map(first["subject"] + " of " + first["cohort"])
    reasons = "Its patient is counted already (" + first + ")."
    return reasons.where(subjects.duplicated("patient"))


def leave_out(
    subjects: pd.DataFrame, reasons: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part those without a reason from those with one (schema ``exclusions``)."""
    out = subjects.assign(reason=reasons)[["subject", "cohort", "reason"]]
    return subjects[reasons.isna()], out[reasons.notna()].astype("string")


def select(
    sheets: Mapping[str, pd.DataFrame],
    *,
    grades: Mapping[str, Collection[str]],
    images: Mapping[str, Collection[str]],
    least_area: float,
    samples: Mapping[str, int | None],
    measured: Mapping[str, list[str]],
    limit: float,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose and join the subjects of the cohorts, each patient once.

    Parameters
    ----------
    sheets : subject sheet of each cohort
    grades : of each cohort, those that have a class
    images : of each cohort, those that the study takes
    least_area : of a tumour in its largest slice, square mm
    samples : of each cohort, how many to draw; None takes all
    measured : of each cohort with a table of features made elsewhere, its subjects
    limit : largest share of a cohort's subjects that may be missing in that table

    Returns
    -------
    the study's subjects, and the table `exclusions`
    """
    chosen, excluded = [], []
    for name, sheet in sheets.items():
        named, unnamed = leave_out(sheet, without_class(sheet, grades[name]))
        whole, partial = leave_out(named, without_images(named, images[name]))
        large, small = leave_out(whole, too_small(whole, least_area))
        listed = measured.get(name)
        known, unknown = leave_out(large, without_features(large, listed))
        refuse_too_many(name, unknown, whole=len(large), limit=limit, measured=listed)
        drawn, others = leave_out(known, not_drawn(known, samples[name], seed))
        chosen.append(drawn.assign(source=name))
        excluded += [unnamed, partial, small, unknown, others]
        logger.info("%s: %d of %d subjects", name, len(drawn), len(sheet))
    subjects = pd.concat(chosen, ignore_index=True)
    subjects = subjects.assign(patient=link_patients(subjects))
    subjects, repeated = leave_out(subjects, counted_already(subjects))
    return subjects, pd.concat([*excluded, repeated], ignore_index=True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    sheets = {
        name: read_table(path, "subjects")
        for name, path in zip(params.cohorts, snakemake.input.sheets, strict=True)
    }
    tables = zip(params.tables_of, snakemake.input.radiomics, strict=True)
    subjects, excluded = select(
        sheets,
        measured={
            name: read_table(path, "radiomics")["subject"].tolist()
            for name, path in tables
        },
        limit=params.limit,
        grades=params.grades,
        images=params.images,
        least_area=params.least_area,
        samples=params.samples,
        seed=params.seed,
    )
    columns = ["subject", "patient", "cohort", "source", "grade"]
    columns += ["t1", "t1ce", "t2", "flair", "mask"]
    write_table(subjects[columns], snakemake.output.subjects, "study_subjects")
    write_table(excluded, snakemake.output.exclusions, "exclusions")
