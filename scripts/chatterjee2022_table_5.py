"""Table 5 of chatterjee2022: macro and weighted F1 score of the models."""

from functools import partial

import pandas as pd

from regrade.logs import log_to
from regrade.metrics import averaged_f1, read_predictions
from regrade.score_tables import score_table
from regrade.tables import write_table


def table_5(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    classes: list[str],
    scoring: str,
    **settings,
) -> pd.DataFrame:
    """Give the F1 scores averaged over the classes, mean over the folds (B-31).

    Parameters and result as in ``score_table``; ``scoring`` as in ``class_scores``.
    """
    score = partial(averaged_f1, classes=classes, scoring=scoring)
    return score_table(predictions, rows, score, classes=classes, **settings)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = table_5(read_predictions(snakemake.input.predictions), **snakemake.params)
    write_table(table, snakemake.output.table, "table")
