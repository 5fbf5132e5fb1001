"""Figure 7 of chatterjee2022: scores of each class, heat maps and a table (B-33)."""

from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from regrade.logs import log_to
from regrade.metrics import read_predictions, scores_by_class
from regrade.plots import MILLIMETRES, WIDTH, heat_map, save
from regrade.score_tables import score_table
from regrade.tables import write_table


def table_7(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    classes: list[str],
    scoring: str,
    **settings,
) -> pd.DataFrame:
    """Give precision, recall, specificity and F1 of each class, mean over the folds.

    Parameters and result as in ``score_table``, of rows with experiment and label.
    """
    places = [
        {"item": "Figure 7", "row": row["label"], "experiment": row["experiment"]}
        for row in rows
    ]
    score = partial(scores_by_class, classes=classes, scoring=scoring)
    return score_table(predictions, places, score, classes=classes, **settings)


def figure_7(table: pd.DataFrame) -> Figure:
    """Draw a heat map a class, one below the other; a row a model, a column a score.

    Parameters
    ----------
    table : as ``table_7`` gives it
    """
    parts = table["column"].str.extract(r"(?P<score>\w+) \((?P<name>.+)\)")
    cells = table.join(parts)
    names = list(parts["name"].unique())
    size = (WIDTH, (12 + 62 * len(names)) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(names), squeeze=False)[:, 0]
    for letter, axes, name in zip("abcdefghij", panels, names, strict=False):
        one = cells[cells["name"] == name]
        values = one.pivot(index="row", columns="score", values="value")
        heat_map(axes, values.loc[one["row"].unique(), one["score"].unique()])
        axes.set_title(f"({letter}) {name}", loc="left")
    return figure


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = table_7(read_predictions(snakemake.input.predictions), **snakemake.params)
    write_table(table, snakemake.output.table, "table")
    title = "Scores of each class, mean over the folds"
    files = snakemake.output
    save(figure_7(table), title, snakemake.params.scope, files.figure, files.pdf)
