"""Probe: permuted labels, learnt from small images; the AUC must be one half.

Labels are permuted over patients. An AUC above one half means that subjects of the test
were recognised by their patient, or that scoring knows more than it should.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import norm, sem

from regrade.logs import log_to, progress
from regrade.probing import CHANCE, answer, as_findings, describe, items_asked, people
from regrade.questions import Question, questions_of_pairs
from regrade.small_images import read_features, small
from regrade.tables import read_table, write_table


def probe_labels(
    features: np.ndarray,
    items: pd.DataFrame,
    splits: pd.DataFrame,
    questions: Iterable[Question],
    **settings,
) -> pd.DataFrame:
    """Give the mean AUC over all permuted labels (schema ``findings``).

    low and high span 95 % of the permuted labels: what chance gives on such folds.

    Parameters
    ----------
    settings : permutations, seed, alpha
    """
    rows = []
    for question in progress(list(questions), "questions"):
        asked, roles = items_asked(items, splits, question)
        predictions, areas = answer(features[asked.index], asked, roles, **settings)
        row = describe(question, predictions) | {"expected": CHANCE}
        permuted = areas[1:][np.isfinite(areas[1:])]
        if len(permuted) > 1 and np.ptp(permuted):
            low, high = np.quantile(permuted, [0.025, 0.975])
            p = norm.sf((permuted.mean() - CHANCE) / sem(permuted))
            row |= {"value": permuted.mean(), "low": low, "high": high}
            row |= {"p": p, "least_p": 0.0}
        rows.append(row)
    return as_findings("labels permuted", rows)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    slices, cells = settings.pop("slices"), settings.pop("cells")
    classes = settings.pop("classes")
    splits = read_table(snakemake.input.splits, "splits")
    packed = (snakemake.input.array, snakemake.input.contents)
    items, features = read_features(*packed, splits, small, slices=slices, cells=cells)
    questions = questions_of_pairs(people(splits), classes)
    table = probe_labels(features, items, splits, questions, **settings)
    write_table(table, snakemake.output.findings, "findings")
