"""How many slices each least area of tumour leaves, for the paper's counts (A-07)."""

import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table


def kept(areas: pd.DataFrame, least_area: float) -> pd.DataFrame:
    """Give the slices that a least area leaves; of each subject the largest stays.

    Parameters
    ----------
    areas : subject, area in square mm; a row a slice with tumour
    """
    largest = areas.groupby("subject")["area"].transform("max")
    return areas[(areas["area"] >= least_area) | (areas["area"] == largest)]


def count_slices(
    areas: pd.DataFrame,
    splits: pd.DataFrame,
    *,
    least_areas: list[float],
    copies: dict[str, int],
    scope: str,
) -> pd.DataFrame:
    """Count the images of the first fold for each least area (schema ``table``).

    Parameters
    ----------
    copies : how often images of a class stand in the training set (A-10)
    """
    fold = splits[splits["fold"] == splits["fold"].min()]
    rows = []
    for least_area in least_areas:
        slices = kept(areas, least_area).merge(fold, on="subject")
        learnt = slices[slices["role"] == "train"]
        scored = slices[slices["role"] == "test"]
        times = learnt["class"].map(copies).fillna(1)
        cells = {
            "Training images": times.sum(),
            "Validation images": len(scored),
            "Validation images a patient": len(scored) / scored["subject"].nunique(),
        }
        row = f"at least {least_area:g} mm²"
        subjects = slices["subject"].nunique()
        rows += [(row, name, value, subjects) for name, value in cells.items()]
    table = pd.DataFrame(rows, columns=["row", "column", "value", "subjects"])
    empty = dict.fromkeys(["sd", "low", "high"], float("nan"))
    return table.assign(item="Slices", unit="images", scope=scope, **empty)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    areas = pd.concat(read_table(path, "items") for path in snakemake.input.areas)
    splits = read_table(snakemake.input.splits, "splits")
    table = count_slices(areas, splits, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
