"""Table 1 of chatterjee2022: trainable parameters of the networks, as trained (B-16).

ResNet3D has 33,148,995 with its own stem; the printed count is that of the variant
whose ResNet3D carries the stem of ResNet(2+1)D (3B-6).
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.tables import write_table


def table_1(costs: list[dict], rows: list[dict], *, scope: str) -> pd.DataFrame:
    """Give the count of each row, as the training measured it.

    Parameters
    ----------
    costs : parameters of one training of each row
    rows : item and row, the paper's words
    scope : what the networks were trained on
    """
    cells = pd.DataFrame(rows)[["item", "row"]]
    counts = [float(cost["parameters"]) for cost in costs]
    return cells.assign(
        column="No. of trainable parameters",
        value=counts,
        sd=np.nan,
        low=np.nan,
        high=np.nan,
        unit="parameters",
        subjects=0,
        scope=scope,
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    costs = [json.loads(Path(path).read_text()) for path in snakemake.input.costs]
    write_table(table_1(costs, **snakemake.params), snakemake.output.table, "table")
