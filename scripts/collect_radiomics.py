"""Put the chunks' shape features into one table a study."""

import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table


def collect(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Stack the tables and refuse values that are not finite."""
    table = pd.concat(tables, ignore_index=True)
    bad = ~table.drop(columns="subject").map(lambda v: abs(v) < float("inf")).all(
        axis=1
    )
    if bad.any():
        raise ValueError(
            f"Shape features of {', '.join(table.loc[bad, 'subject'])} are not finite; "
            "look at their tumour masks."
        )
    return table


if __name__ == "__main__":
    log_to(snakemake.log[0])
    tables = [read_table(path, "radiomics") for path in snakemake.input.tables]
    write_table(collect(tables), snakemake.output.table, "radiomics")
