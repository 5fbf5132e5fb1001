"""Slices of a volume with a tumour: cut as the 2D networks take them (A-05 to A-07)."""

import numpy as np
import SimpleITK as sitk

from regrade.images import (
    crop_or_pad,
    scaled_on_grid,
    to_bytes,
)


def cut_slices(
    images: list[sitk.Image],
    brain: sitk.Image,
    shown: np.ndarray,
    chosen: np.ndarray,
    *,
    spacing: float,
    shape: list[int],
    **scaling,
) -> np.ndarray:
    """Give the chosen slices as bytes (slices, channels, rows, columns).

    Intensities are scaled over the whole brain; everything that is not shown is 0.

    Parameters
    ----------
    shown : (slices, rows, columns) on the grid of ``spacing``, true where something is
        shown: the tumour, or all of it
    scaling : percentiles, over, interpolation, as ``scaled_on_grid`` takes them
    """
    inside = sitk.GetArrayFromImage(brain) > 0
    channels = []
    for image in images:
        scaled = scaled_on_grid(image, inside, spacing=spacing, **scaling)
        channels.append(to_bytes(in_frame((scaled * shown)[chosen], shape)))
    return np.stack(channels, axis=1)


def in_frame(slices: np.ndarray, shape: list[int]) -> np.ndarray:
    """Cut or pad slices (slices, rows, columns) around their middle to one shape."""
    middle = (np.array(slices.shape[1:]) - 1) / 2
    return crop_or_pad(slices, shape, middle)
