"""Packed inputs: one array file for many images, 8 bits a value, and its rows' names.

An array has the axes (items, channels, *space) and is memory-mapped: preparing it needs
the memory of one case, and training reads it once.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from regrade.tables import write_table


def write_array(path: str, shape: tuple[int, ...], blocks: Iterable) -> None:
    """Write blocks (n, channels, *space) one after the other into a new array file."""
    if shape[0] == 0:  # an empty file cannot be mapped
        np.save(path, np.empty(shape, np.uint8))
        return
    packed = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
    filled = 0
    for block in blocks:
        packed[filled : filled + len(block)] = block
        filled += len(block)
    packed.flush()
    if filled != shape[0]:
        raise ValueError(f"{path}: {shape[0]} items were announced, {filled} came.")


def write_items(path: str, items: list[tuple]) -> None:
    """Write what the rows show: subject, slice, area."""
    table = pd.DataFrame(items, columns=["subject", "slice", "area"])
    write_table(table, path, "items")


def read_array(path: str | Path) -> np.ndarray:
    """Map a packed array for reading; an empty one is read."""
    try:
        return np.load(path, mmap_mode="c")  # never written back
    except ValueError:
        return np.load(path)
