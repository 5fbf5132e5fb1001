"""Volumes: read, turn to one frame, scale, resample, cut.

One canonical frame for all cohorts: voxel axes that run to the left, to the back and
to the top (LPS). Arrays are (slices, rows, columns): the first slice is the lowest, the
first row the front, the first column the patient's right. BraTS and UCSF-PDGM are
stored so; IXI is turned.
"""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from regrade.addresses import split_address

FRAME = "LPS"


def read_volume(address: str | Path) -> sitk.Image:
    """Read a NIfTI volume as float32 in the canonical frame, its scaling applied."""
    path, volume = split_address(address)
    image = sitk.ReadImage(str(path), sitk.sitkFloat32)
    if volume is not None:
        image = image[..., volume]
    return sitk.DICOMOrient(image, FRAME)


def read_tumour(path: str, spacing: float) -> np.ndarray:
    """Read a segmentation as whole tumour (A-06): (slices, rows, columns)."""
    labels = resample(read_volume(path), spacing, labels=True)
    return sitk.GetArrayFromImage(labels) > 0.5


def volume_like(array: np.ndarray, image: sitk.Image) -> sitk.Image:
    """Give an array (slices, rows, columns) the geometry of an image."""
    volume = sitk.GetImageFromArray(array)
    volume.CopyInformation(image)
    return volume


def resample(image: sitk.Image, spacing: float, *, labels: bool) -> sitk.Image:
    """Bring an image to isotropic voxels of ``spacing`` mm over the same field of view.

    Linear for intensities, nearest neighbour for labels. The outer edges of the first
    voxels stay where they are, so that a tool's choice of voxel centres cannot shift
    the volume by half a voxel.
    """
    old = np.array(image.GetSpacing())
    if np.allclose(old, spacing, atol=1e-3):
        return image
    size = np.maximum(np.round(np.array(image.GetSize()) * old / spacing), 1)
    shift = (spacing - old) / 2
    return sitk.Resample(
        image,
        [int(n) for n in size],
        sitk.Transform(),
        sitk.sitkNearestNeighbor if labels else sitk.sitkLinear,
        image.TransformContinuousIndexToPhysicalPoint(list(shift / old)),
        [spacing] * 3,
        image.GetDirection(),
        0.0,
        image.GetPixelID(),
    )


def axes_of(image: sitk.Image) -> str:
    """Say to where the axes of an image's array run, read from its direction.

    Returns
    -------
    a letter each for slices, rows and columns: Left or Right, Posterior or Anterior,
    Superior or Inferior; of an oblique axis, the nearest
    """
    directions = np.array(image.GetDirection()).reshape(3, 3).T[::-1]
    nearest = np.abs(directions).argmax(axis=1)
    ends = zip(nearest, directions, strict=True)
    return "".join(("LPS" if axis[n] > 0 else "RAI")[n] for n, axis in ends)


def scale_intensity(
    array: np.ndarray, brain: np.ndarray, percentiles: list[float], over: str
) -> np.ndarray:
    """Clip to two percentiles, map them to 0 and 1; outside the brain is 0 (B-06).

    A brain of one intensity becomes 0 everywhere.

    Parameters
    ----------
    over : of which voxels the percentiles are: ``brain``, or ``volume`` for all, with
        0 for what is no brain
    """
    counted = array[brain] if over == "brain" else np.where(brain, array, 0)
    low, high = np.percentile(counted, percentiles)
    if high <= low:
        return np.zeros_like(array)
    scaled = np.clip((array - low) / (high - low), 0, 1)
    return np.where(brain, scaled, 0).astype(np.float32)


def scaled_on_grid(
    image: sitk.Image,
    brain: np.ndarray,
    *,
    percentiles: list[float],
    over: str,
    spacing: float,
    interpolation: str,
) -> np.ndarray:
    """Scale an image over the brain, then resample it: (slices, rows, columns).

    In this order, as paper B has it: percentiles are those of the measured voxels.
    """
    scaled = scale_intensity(sitk.GetArrayFromImage(image), brain, percentiles, over)
    # Nearest neighbour, as for labels.
    nearest = interpolation == "nearest"
    coarse = resample(volume_like(scaled, image), spacing, labels=nearest)
    return sitk.GetArrayFromImage(coarse)


def crop_or_pad(
    array: np.ndarray, shape: list[int], centre: np.ndarray | list[float]
) -> np.ndarray:
    """Cut or pad with 0 the last axes to ``shape`` so that ``centre`` is in the middle.

    Parameters
    ----------
    array : (..., *space)
    shape : voxels along each axis of space
    centre : voxel coordinates in ``array`` that come to the middle
    """
    out = np.zeros(array.shape[: -len(shape)] + tuple(shape), array.dtype)
    source, target = [...], [...]
    sizes = array.shape[-len(shape) :]
    for size, wanted, middle in zip(sizes, shape, centre, strict=True):
        start = int(np.floor(middle - (wanted - 1) / 2 + 0.5))
        low, high = max(start, 0), max(min(start + wanted, size), 0)
        low = min(low, high)
        source.append(slice(low, high))
        target.append(slice(low - start, high - start))
    out[tuple(target)] = array[tuple(source)]
    return out


def centre_of_box(mask: np.ndarray) -> np.ndarray:
    """Give the voxel coordinates of the middle of a mask's bounding box."""
    found = np.argwhere(mask)
    return (found.min(axis=0) + found.max(axis=0)) / 2


def to_bytes(array: np.ndarray) -> np.ndarray:
    """Quantise values of 0 to 1 to 8 bits."""
    return np.round(array * 255).astype(np.uint8)
