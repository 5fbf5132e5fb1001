"""Table 6 of chatterjee2022: accuracy and specificity beside those of other works.

The others tell LGG from HGG only, so that accuracy is given for these two as well
(3B-5, B-39), and as the mean of the three classes against the rest (B-36).
"""

from functools import partial

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.metrics import (
    class_scores,
    confusions,
    ratio,
    read_predictions,
)
from regrade.score_tables import score_table
from regrade.tables import write_table


def accuracies(
    run: pd.DataFrame, weights: np.ndarray, *, classes: list[str], scoring: str
) -> dict[str, np.ndarray]:
    """Score a run; accuracies in %, the specificity a mean over the classes (3B-5).

    A glioma called healthy counts as an error of LGG against HGG.
    """
    counts = confusions(run, weights, classes)
    right, subjects = np.diagonal(counts, axis1=1, axis2=2), counts.sum(axis=(1, 2))
    wrong = counts.sum(axis=1) + counts.sum(axis=2) - 2 * right
    gliomas = [classes.index("LGG"), classes.index("HGG")]
    specificity = class_scores(counts, scoring=scoring)["Specificity"]
    return {
        "Test Accuracy": 100 * ratio(right.sum(axis=1), subjects),
        "specificity s": specificity.mean(axis=1),
        "Test Accuracy, one class against the rest": (
            100 - 100 * ratio(wrong.mean(axis=1), subjects)
        ),
        "Test Accuracy, LGG against HGG": (
            100 * ratio(right[:, gliomas].sum(axis=1), counts[:, gliomas].sum((1, 2)))
        ),
    }


def other_works(published: pd.DataFrame, rows: list[dict]) -> pd.DataFrame:
    """Give the table's cells of other works, without values: nothing is scored.

    Parameters
    ----------
    published : item, row, column, value, unit; all text
    rows : the rows that this run fills
    """
    ours = pd.DataFrame(rows)
    numbers = pd.to_numeric(published["value"], errors="coerce").notna()
    chosen = published["item"].isin(ours["item"]) & ~published["row"].isin(ours["row"])
    cells = published.loc[numbers & chosen, ["item", "row", "column", "unit"]]
    empty = dict.fromkeys(["value", "sd", "low", "high"], np.nan)
    return cells.assign(**empty, subjects=0)


def table_6(
    predictions: pd.DataFrame,
    published: pd.DataFrame,
    rows: list[dict],
    *,
    classes: list[str],
    scoring: str,
    scope: str,
    **settings,
) -> pd.DataFrame:
    """Give the row of this run, mean over the folds, below those of other works.

    Parameters and result as in ``score_table``.
    """
    score = partial(accuracies, classes=classes, scoring=scoring)
    cells = score_table(
        predictions, rows, score, classes=classes, scope=scope, **settings
    )
    percent = cells["column"].str.startswith("Test Accuracy")
    cells["unit"] = cells["unit"].mask(percent, "%")
    others = other_works(published, rows).assign(scope=scope)
    return pd.concat([others, cells], ignore_index=True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = table_6(
        read_predictions(snakemake.input.predictions),
        pd.read_csv(snakemake.input.published, dtype=str),
        **snakemake.params,
    )
    write_table(table, snakemake.output.table, "table")
