"""Small images of packed inputs, for classifiers that cost nothing."""

import numpy as np
import pandas as pd
from scipy import ndimage

from regrade.logs import progress
from regrade.packing import read_array
from regrade.tables import read_table


def read_packed(
    array: str, contents: str, splits: pd.DataFrame, slices: int
) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    """Map a packed input and choose items of the subjects that are split.

    Parameters
    ----------
    slices : of each subject at most so many, evenly spaced

    Returns
    -------
    the array (items, channels, *space), the chosen items (schema ``items``), and their
    rows in the array
    """
    items = read_table(contents, "items")
    chosen = items[items["subject"].isin(splits["subject"])]
    chosen = chosen.groupby("subject", sort=False, group_keys=False)[list(items)].apply(
        lambda whole: whole.iloc[spread(len(whole), slices)]
    )
    return read_array(array), chosen.reset_index(drop=True), chosen.index.to_numpy()


def spread(count: int, wanted: int) -> np.ndarray:
    """Choose so many of ``count`` numbers, evenly spaced; all where there are fewer."""
    if count <= wanted:
        return np.arange(count)
    return np.linspace(0, count - 1, wanted).round().astype(int)


def cells_of(array: np.ndarray, cells: int, reduce: np.ufunc) -> np.ndarray:
    """Reduce the last axes, all but the first, to at most so many cells each."""
    for axis in range(1, array.ndim):
        size = array.shape[axis]
        starts = np.arange(min(cells, size)) * size // min(cells, size)
        array = reduce.reduceat(array, starts, axis=axis)
    return array


def means(image: np.ndarray, cells: int) -> np.ndarray:
    """Give the means of an image (channels, *space) over cells, which may differ."""
    whole = np.ones((1, *image.shape[1:]), np.float32)
    sums = cells_of(image.astype(np.float32), cells, np.add)
    return sums / cells_of(whole, cells, np.add)


def small(image: np.ndarray, cells: int) -> np.ndarray:
    """Give the means of an image (channels, *space) over cells, flat."""
    return means(image, cells).ravel()


def outline(image: np.ndarray, cells: int) -> np.ndarray:
    """Give the filled outline of what an image shows, in cells, flat.

    Filled, for what is dark inside is no outline.
    """
    shown = cells_of(image.any(axis=0)[None], cells, np.logical_or)[0]
    return ndimage.binary_fill_holes(largest(shown)).astype(np.float32).ravel()


def outside(image: np.ndarray, cells: int) -> np.ndarray:
    """Give what an image shows apart from its largest part.

    Few cells do: what matters is that something is there, not just where.

    Returns
    -------
    the brightness in each cell, how many voxels there are, and the brightest
    """
    apart = image.any(axis=0)
    apart &= ~largest(apart)
    left = image * apart
    return np.append(small(left, cells), [apart.sum(), left.max()])


def largest(shown: np.ndarray) -> np.ndarray:
    """Give the largest part that hangs together, by corners too."""
    every = ndimage.generate_binary_structure(shown.ndim, shown.ndim)
    parts, count = ndimage.label(shown, every)
    if not count:
        return shown
    return parts == np.bincount(parts.ravel())[1:].argmax() + 1


def read_features(
    array: str, contents: str, splits: pd.DataFrame, feature, *, slices: int, cells: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read a feature of the chosen items of a packed input.

    Parameters
    ----------
    feature : of an image, as ``small``
    slices : of each subject at most so many
    cells : along each axis

    Returns
    -------
    the items, and the features (items, values)
    """
    images, items, rows = read_packed(array, contents, splits, slices)
    return items, features_of(images, rows, feature, cells)


def features_of(array: np.ndarray, rows: np.ndarray, feature, cells: int) -> np.ndarray:
    """Give a feature of the images in these rows: (rows, values)."""
    return np.stack(
        [feature(np.asarray(array[row]), cells) for row in progress(rows, "images")]
    )
