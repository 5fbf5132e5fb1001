"""Put the shape features of a study's subjects into one table."""

import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table


def collect(tables: list[pd.DataFrame], subjects: pd.Series) -> pd.DataFrame:
    """Stack the tables and refuse values that are not finite.

    Parameters
    ----------
    tables : those made elsewhere may have rows of others, and a row twice where two
        cohorts have one table
    subjects : of the study
    """
    table = pd.concat(tables, ignore_index=True)
    table = table[table["subject"].isin(subjects)].drop_duplicates(ignore_index=True)
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
    subjects = read_table(snakemake.input.subjects, "study_subjects")["subject"]
    write_table(collect(tables, subjects), snakemake.output.table, "radiomics")
