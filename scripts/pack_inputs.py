"""Join the prepared chunks of a study into one array, and say what is in it."""

import hashlib
import json
from pathlib import Path

import pandas as pd

from regrade.logs import log_to, progress
from regrade.packing import read_array, write_array
from regrade.tables import read_table, write_table


def join_items(paths: list[str]) -> pd.DataFrame:
    """Put the chunks' item tables one below the other, in the order of the arrays."""
    return pd.concat([read_table(path, "items") for path in paths], ignore_index=True)


def join_arrays(paths: list[str], packed: str) -> tuple[int, ...]:
    """Copy the chunks' arrays into one file and give its shape."""
    shapes = [read_array(path).shape for path in paths]
    if len({shape[1:] for shape in shapes}) > 1:
        raise ValueError(
            f"The chunks have different shapes {sorted({s[1:] for s in shapes})}; each "
            "cohort of a study needs the same number of `contrasts`."
        )
    shape = (sum(shape[0] for shape in shapes), *shapes[0][1:])
    write_array(packed, shape, map(read_array, progress(paths, "chunks")))
    return shape


def take_axes(items: pd.DataFrame) -> dict[str, str]:
    """Take the column ``axes`` out of the items of volumes; give what all share."""
    if "axes" not in items:
        return {}
    found = items.pop("axes").value_counts()
    if len(found) > 1:
        raise ValueError(
            f"The axes of the prepared volumes run to {found.to_dict()}; all must run "
            "alike, or a network would see other slices of one cohort than of another."
        )
    return {"axes": found.index[0]}


def digest_of(path: str) -> str:
    """Give the SHA-256 of a file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    items = join_items(snakemake.input.contents)
    shape = join_arrays(snakemake.input.arrays, snakemake.output.array)
    about = {"shape": shape, **take_axes(items)}
    about["sha256"] = digest_of(snakemake.output.array)
    write_table(items, snakemake.output.contents, "items")
    Path(snakemake.output.about).write_text(json.dumps(about, indent=2) + "\n")
