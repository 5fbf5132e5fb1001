"""Probe: one patient in two roles under two names, found by images that are alike.

Copies voxel for voxel are one patient from the start; here it is enough that the small
images of two subjects, without what is smooth in them and without what their cohort has
in common, go together.
"""

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

from regrade.logs import log_to, progress
from regrade.packing import read_array
from regrade.probing import as_findings, people
from regrade.small_images import means
from regrade.tables import read_table, write_table

TESTED, LEARNT = "test", ["train", "validation"]


def detail_of(images: np.ndarray, cells: int) -> np.ndarray:
    """Give the fine structure of small images (items, channels, *space), flat.

    Brightness that changes over more than a cell or so is alike in many heads.
    """
    small = np.stack([means(image, cells) for image in images])
    space = tuple(range(2, small.ndim))
    return (small - gaussian_filter(small, 1, axes=space)).ravel()


def details(
    array: np.ndarray,
    items: pd.DataFrame,
    who: pd.DataFrame,
    *,
    slices: int,
    cells: int,
) -> pd.DataFrame:
    """Give the fine structure of each subject, of length 1: a row a subject.

    Parameters
    ----------
    who : column source, index subject
    slices : evenly spaced ones of a subject that are looked at
    """
    rows = items[items["subject"].isin(who.index)].groupby("subject", sort=False).groups
    slices = slices if items["subject"].duplicated().any() else 1
    found = {}
    for subject, its in progress(list(rows.items()), "subjects"):
        chosen = its[np.linspace(0, len(its) - 1, slices).round().astype(int)]
        found[subject] = detail_of(np.stack([array[row] for row in chosen]), cells)
    table = pd.DataFrame(found).T
    table -= table.groupby(who.loc[table.index, "source"].to_numpy()).transform("mean")
    length = np.linalg.norm(table, axis=1)
    return table.div(np.where(length > 0, length, 1), axis=0)


def pairs_in_two_roles(splits: pd.DataFrame, subjects: pd.Index) -> np.ndarray:
    """Tell which two subjects are learnt from and tested in the same fold.

    Two of the same patient count, too: the split ought to part patients.

    Returns
    -------
    (subjects, subjects) of bool
    """
    roles = splits.pivot(index="subject", columns="fold", values="role").loc[subjects]
    tested = (roles == TESTED).to_numpy(np.float32)
    learnt = roles.isin(LEARNT).to_numpy(np.float32)
    return learnt @ tested.T > 0


def probe_duplicates(
    table: pd.DataFrame, splits: pd.DataFrame, least_correlation: float
) -> pd.DataFrame:
    """Look for the two subjects most alike (schema ``findings``).

    Parameters
    ----------
    table : as ``details`` gives it
    least_correlation : from which on two subjects are taken for one
    """
    values = table.to_numpy()
    apart = pairs_in_two_roles(splits, table.index)
    alike = np.where(apart, values @ values.T, -1)
    one, other = np.unravel_index(alike.argmax(), alike.shape)
    count = int((alike >= least_correlation).sum())
    names = f"{table.index[one]} (learnt) and {table.index[other]} (tested)"
    row = {
        "question": "one person, learnt and tested",
        "target": "images",
        "confounded": False,
        "expected": least_correlation,
        "value": float(alike.max()),
        "subjects": len(table),
        "proven": bool(count),
        "note": f"{count} pairs at or above the limit; most alike: {names}.",
    }
    return as_findings("duplicates", [row])


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    splits = read_table(snakemake.input.splits, "splits")
    found = details(
        read_array(snakemake.input.array),
        read_table(snakemake.input.contents, "items"),
        people(splits).set_index("subject"),
        slices=params.slices,
        cells=params.cells,
    )
    table = probe_duplicates(found, splits, params.least_correlation)
    write_table(table, snakemake.output.findings, "findings")
