"""Table 1 of zeng2024: scores of the experiments at patient level.

The paper calls the held-out subjects its validation set; here their role is test.
"""

from functools import partial

import pandas as pd

from regrade.logs import log_to
from regrade.metrics import read_predictions, score_table, two_class_scores
from regrade.tables import write_table


def table_1(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    positive: str,
    **settings,
) -> pd.DataFrame:
    """Give AUC, Acc, APCA, SEN, SPE and the unprinted PPV, NPV of each row (A-43).

    Parameters and result as in ``score_table``; ``positive`` is the class that a high
    sensitivity finds, HGG in the paper (A-42).
    """
    score = partial(two_class_scores, positive=positive)
    return score_table(predictions, rows, score, **settings)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = table_1(read_predictions(snakemake.input.predictions), **snakemake.params)
    write_table(table, snakemake.output.table, "table")
