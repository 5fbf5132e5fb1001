"""Count the way from all that a study's cohorts name to the classes of a variant."""

from collections.abc import Iterator, Mapping

import pandas as pd

from regrade.logs import log_to
from regrade.subjects import count_reasons
from regrade.tables import load_schema, read_table, write_table


def bad_images(problems: pd.DataFrame) -> pd.DataFrame:
    """Give the subjects of a cohort that cannot be used, all with one reason."""
    lost = problems.loc[problems["left_out"], ["subject"]]
    return lost.assign(reason="Its images or tables cannot be used.").astype("string")


def count_cohort(
    cohort: str, sheet: pd.DataFrame, problems: pd.DataFrame, excluded: pd.DataFrame
) -> Iterator[tuple]:
    """Yield the rows of one cohort: named, left out, kept."""
    lost = pd.concat([bad_images(problems), excluded])
    named = len(sheet) + bad_images(problems)["subject"].nunique()
    yield cohort, "named", "in its folder and tables", named
    for reason, subjects in count_reasons(lost).items():
        yield cohort, "left out", reason, subjects
    yield cohort, "kept", "", named - lost["subject"].nunique()


def count_subjects(
    sheets: Mapping[str, pd.DataFrame],
    problems: Mapping[str, pd.DataFrame],
    excluded: pd.DataFrame,
    splits: pd.DataFrame,
) -> pd.DataFrame:
    """Give the table `flow` of a study's variant.

    Parameters
    ----------
    sheets, problems : of each cohort
    excluded : table `exclusions` of the study, and whom the variant leaves out
    splits : the variant's subjects, with their classes
    """
    rows = []
    for cohort, sheet in sheets.items():
        of_cohort = excluded[excluded["cohort"] == cohort]
        rows += count_cohort(cohort, sheet, problems[cohort], of_cohort)
    classes = splits.drop_duplicates("subject")["class"].value_counts(sort=False)
    rows += [("", "kept", name, subjects) for name, subjects in classes.items()]
    return pd.DataFrame(rows, columns=list(load_schema("flow")["columns"]))


def without_class(subjects: pd.DataFrame, splits: pd.DataFrame) -> pd.DataFrame:
    """Give the subjects of the study that the variant has no class for."""
    out = subjects[~subjects["subject"].isin(splits["subject"])]
    reason = "Grade " + out["grade"] + " has no class in this variant."
    return out[["subject", "cohort"]].assign(reason=reason)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    inputs, cohorts = snakemake.input, snakemake.params.cohorts

    def tables(paths: list[str], schema: str) -> dict[str, pd.DataFrame]:
        """Read a table of each cohort."""
        return {c: read_table(p, schema) for c, p in zip(cohorts, paths, strict=True)}

    splits = read_table(inputs.splits, "splits")
    subjects = read_table(inputs.subjects, "study_subjects")
    excluded = read_table(inputs.exclusions, "exclusions")
    flow = count_subjects(
        tables(inputs.sheets, "subjects"),
        tables(inputs.problems, "problems"),
        pd.concat([excluded, without_class(subjects, splits)]),
        splits,
    )
    write_table(flow, snakemake.output.flow, "flow")
