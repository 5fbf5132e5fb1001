"""Figure 5 of chatterjee2022: confusion matrices of ResNet mixed convolution (B-32)."""

from functools import partial

import pandas as pd

from regrade.logs import log_to
from regrade.metrics import printed_class, read_predictions, row_shares
from regrade.plots import confusion_panels, save
from regrade.score_tables import score_table
from regrade.tables import write_table


def table_5(
    predictions: pd.DataFrame, rows: list[dict], *, classes: list[str], **settings
) -> pd.DataFrame:
    """Give the shares of each true class, mean over the folds.

    Parameters and result as in ``score_table``, of rows with experiment and item.
    """
    return pd.concat(
        score_table(
            predictions,
            [row | {"row": f"true {printed_class(name)}"} for row in rows],
            partial(row_shares, classes=classes, true=name),
            classes=classes,
            **settings,
        )
        for name in classes
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    predictions = read_predictions(snakemake.input.predictions)
    write_table(table_5(predictions, **params), snakemake.output.table, "table")
    figure = confusion_panels(predictions, params.rows, params.classes)
    title = "Confusion matrices of ResNet mixed convolution, mean over the folds"
    files = snakemake.output
    save(figure, title, params.scope, files.figure, files.pdf)
