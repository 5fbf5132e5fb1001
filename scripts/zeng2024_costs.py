"""Memory and time of the proposed model and the 3D model, as trained here (A-48)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.tables import write_table

# The paper's columns: key of a training's costs, unit.
COLUMNS = {
    "GPU memory": ("peak_memory_mb", "MB"),
    "time per round": ("seconds_per_epoch", "s"),
}


def cost_table(costs: list[dict], rows: list[dict], *, scope: str) -> pd.DataFrame:
    """Give peak memory and the median time of an epoch, one training a row.

    What ran on a CPU is no row of the paper, which used a GPU: there memory is that of
    the process. The batch sizes differ: 16 slices, 4 volumes.

    Parameters
    ----------
    costs : of one training of each row
    rows : item and row, the paper's words
    scope : what the networks were trained on
    """
    cells = [
        {"item": place_of(row, cost), "row": row["row"], "column": column}
        | {"value": float(cost[key]), "unit": unit}
        for row, cost in zip(rows, costs, strict=True)
        for column, (key, unit) in COLUMNS.items()
    ]
    empty = dict.fromkeys(["sd", "low", "high"], np.nan)
    return pd.DataFrame(cells).assign(subjects=0, scope=scope, **empty)


def place_of(row: dict, cost: dict) -> str:
    """Give the paper's item, or a name of its own for what ran on a CPU."""
    return "Costs on a CPU" if cost["device"] == "CPU" else row["item"]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    costs = [json.loads(Path(path).read_text()) for path in snakemake.input.costs]
    table = cost_table(costs, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
