"""Probe: what a split by slices would give, against the split by patients (W7).

Slices of a patient resemble each other, so that a classifier which has learnt from one
knows another. Volumes have one item a subject, and nothing to ask.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from regrade.intervals import interval, resampled
from regrade.logs import log_to, progress
from regrade.probing import answer, as_findings, auc, describe, items_asked, people
from regrade.questions import Question, questions_of_classes
from regrade.small_images import read_features, small
from regrade.tables import read_table, write_table

APART = "A split by slices would have given this; the split of this run parts patients."
SHARED = "Patients of the test are among those learnt from."


def split_by_slices(roles: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Give the roles of each fold to items at random, as many as they were."""
    generator = np.random.default_rng(seed)
    return roles.apply(lambda fold: generator.permutation(fold.to_numpy(object)))


def shares_patients(asked: pd.DataFrame, roles: pd.DataFrame) -> bool:
    """Tell whether a patient has both a learnt and a tested item in a fold."""
    whose = asked["patient"].to_numpy(object)
    return any(
        bool(set(whose[roles[f] == "train"]) & set(whose[roles[f] == "test"]))
        for f in roles
    )


def probe_slices(
    features: np.ndarray,
    items: pd.DataFrame,
    splits: pd.DataFrame,
    questions: Iterable[Question],
    *,
    resamples: int,
    seed: int,
    alpha: float,
) -> pd.DataFrame:
    """Compare both ways to split (schema ``findings``); expected is that by patients.

    Parameters
    ----------
    seed : of the split by slices and of the resamples
    alpha : of the classifier
    """
    rows = []
    settings = {"permutations": 0, "seed": seed, "alpha": alpha}
    for question in progress(list(questions), "questions"):
        asked, roles = items_asked(items, splits, question)
        chosen = features[asked.index]
        plain, by_patients = answer(chosen, asked, roles, **settings)
        mixed = split_by_slices(roles, seed)
        predictions, by_slices = answer(chosen, asked, mixed, **settings)
        if plain.empty or predictions.empty:
            continue
        draws = resampled(predictions, auc, resamples=resamples, seed=seed)
        row = describe(question, predictions) | {"expected": by_patients[0]}
        row |= {"value": by_slices[0], **interval(draws).loc["AUC"]}
        row["proven"] = shares_patients(asked, roles)
        row["note"] = SHARED if row["proven"] else APART
        rows.append(row)
    return as_findings("split by slices", rows)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    slices, cells = settings.pop("slices"), settings.pop("cells")
    classes = settings.pop("classes")
    splits = read_table(snakemake.input.splits, "splits")
    packed = (snakemake.input.array, snakemake.input.contents)
    items, features = read_features(*packed, splits, small, slices=slices, cells=cells)
    questions = questions_of_classes(people(splits), classes)
    several = items["subject"].duplicated().any()
    asked = questions if several else []
    table = probe_slices(features, items, splits, asked, **settings)
    write_table(table, snakemake.output.findings, "findings")
