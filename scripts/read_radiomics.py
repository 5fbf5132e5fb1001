"""Take a cohort's shape features from a table made elsewhere."""

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.tables import write_table


def read_radiomics(
    table: pd.DataFrame, *, path: str, cohort: str, features: list[str]
) -> pd.DataFrame:
    """Give the study's features of all rows, as numbers (schema ``radiomics``).

    Parameters
    ----------
    table : column subject, and the features under their PyRadiomics names, in mm,
        square mm, cubic mm and 1/mm (A-12); all text. Other columns are passed over.

    Raises
    ------
    ValueError
        If a column is missing, a subject has two rows, or a cell holds no number.
    """
    place = f"{path} (`cohorts.{cohort}.radiomics` in config.yaml)"
    missing = [name for name in ["subject", *features] if name not in table]
    if missing:
        raise ValueError(
            f"{place} lacks the columns {missing}; it has {list(table)}. Features bear "
            "the names of PyRadiomics, without `original_shape_` (docs/data.md)."
        )
    repeated = sorted(set(table.loc[table["subject"].duplicated(), "subject"]))
    if repeated:
        raise ValueError(f"{place} has more than one row for {repeated[:5]}.")
    values = table[features].apply(pd.to_numeric, errors="coerce")
    bad = ~np.isfinite(values.to_numpy(float))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        cell = table[features].iloc[row, column]
        raise ValueError(
            f"{place} holds {cell!r} for {features[column]} of "
            f"{table['subject'].iloc[row]}, where a number is expected; correct it, or "
            "leave out the row."
        )
    return pd.concat([table["subject"].astype("string"), values], axis=1)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    path = snakemake.input.table
    table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    read = read_radiomics(table, path=path, **snakemake.params)
    write_table(read, snakemake.output.table, "radiomics")
