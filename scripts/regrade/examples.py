"""The examples whose heat maps are looked at, as they lie in the arrays.

``examples.npy`` is bytes (items, pictures, contrasts, rows, columns), ``tumours.npy``
(items, rows, columns), ``maps.npy`` (stages, items, pictures, rows, columns).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from regrade.tables import read_table

# What is shown, in the order in the arrays; and in words.
PICTURES = {"tumour": "tumour alone", "brain": "whole brain"}


def typical_examples(
    files: Mapping[str, str], classes: list[str]
) -> dict[str, dict[str, np.ndarray]]:
    """Give the first example of each class, cut to where there is anything to see.

    Parameters
    ----------
    files : paths of contents, array, tumours and maps

    Returns
    -------
    of each class that has one: subject, and as arrays pictures (pictures, contrasts,
    rows, columns), tumour (rows, columns) and maps (stages, pictures, rows, columns)
    """
    table = read_table(files["contents"], "examples")
    arrays = {name: np.load(files[name]) for name in ("array", "tumours", "maps")}
    found = {}
    for name in classes:
        for row in np.flatnonzero(table["class"] == name)[:1]:
            example = {
                "pictures": arrays["array"][row],
                "tumour": arrays["tumours"][row],
                "maps": arrays["maps"][:, row].astype(np.float32),
            }
            part = worth_showing(example["pictures"], example["maps"])
            found[name] = {key: array[part] for key, array in example.items()}
            found[name]["subject"] = table["subject"].iloc[row]
    return found


def worth_showing(pictures: np.ndarray, maps: np.ndarray) -> tuple:
    """Give the rows and columns that show anything, or that the network sees."""
    there = (pictures > 0).any(axis=(0, 1)) | ~np.isnan(maps[0, 0])
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    return ..., slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def words_on(explanations: pd.DataFrame, subject: str, picture: str) -> str:
    """Say what was predicted of a picture, and how much heat lies in the tumour."""
    rows = explanations[explanations["subject"] == subject].set_index("picture")
    row = rows.loc[picture]
    share = row["share_inside"]
    heat = "no heat" if pd.isna(share) else f"{share:.0%} of heat"
    return (
        f"predicted {row['predicted']} ({row['p']:.2f})\n"
        f"in tumour: {heat},\n{row['share_of_mask']:.0%} of area"
    )
