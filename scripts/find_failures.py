"""Find the subjects that models get wrong, over folds, seeds and experiments."""

import pandas as pd

from regrade.logs import log_to
from regrade.metrics import read_predictions
from regrade.tables import read_table, write_table


def find_failures(predictions: pd.DataFrame, subjects: pd.DataFrame) -> pd.DataFrame:
    """Count how often each scored subject was given a wrong class.

    Parameters
    ----------
    predictions, subjects : tables ``predictions`` and ``study_subjects``

    Returns
    -------
    columns subject, cohort, truth, predictions, wrong, share, most_often, experiments;
    a row a subject that was wrong at least once, the largest share first
    """
    tests = predictions[predictions["role"] == "test"]
    wrong = tests[tests["predicted"] != tests["truth"]].groupby("subject")["predicted"]
    every = tests.groupby("subject")
    counts = every.agg(
        truth=("truth", "first"),
        predictions=("truth", "size"),
        experiments=("experiment", "nunique"),
    )
    failures = counts.join(
        # Of classes that are predicted equally often, the first by name.
        wrong.agg(wrong="size", most_often=lambda names: names.mode().iloc[0]),
        how="inner",
    ).reset_index()
    failures["share"] = failures["wrong"] / failures["predictions"]
    failures = failures.merge(subjects[["subject", "cohort"]], on="subject")
    order = ["share", "subject"]
    return failures.sort_values(order, ascending=[False, True], ignore_index=True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    failures = find_failures(
        read_predictions(snakemake.input.predictions),
        read_table(snakemake.input.subjects, "study_subjects"),
    )
    failures["study"] = snakemake.wildcards.study
    failures["variant"] = snakemake.wildcards.variant
    write_table(failures, snakemake.output.table, "failures")
