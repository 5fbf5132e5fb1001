"""Classifiers of shape alone, and below them the networks that must beat them."""

from functools import partial

import pandas as pd

from regrade.logs import log_to
from regrade.metrics import read_predictions, two_class_scores
from regrade.score_tables import score_table
from regrade.tables import write_table


def baselines(
    predictions: pd.DataFrame, rows: list[dict], *, positive: str, **settings
) -> pd.DataFrame:
    """Score each row as Table 1 does (A-43).

    Parameters and result as in ``score_table``; ``positive`` is the class that a high
    sensitivity finds.
    """
    score = partial(two_class_scores, positive=positive)
    return score_table(predictions, rows, score, **settings)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = baselines(read_predictions(snakemake.input.predictions), **snakemake.params)
    write_table(table, snakemake.output.table, "table")
