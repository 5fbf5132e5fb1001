"""Render made-up subjects and save them as NIfTI files, header quirks included."""

from pathlib import Path

import nibabel as nib
import numpy as np

from regrade.phantoms import (
    CONTRASTS,
    Subject,
    depth_in_brain,
    grid_points,
    mix_tissues,
    scan,
    tumour_labels,
)

GLIOMA_FIELD_MM = (240, 240, 155)  # of BraTS and UCSF-PDGM
HEAD_FIELDS_MM = {  # of IXI: front to back, up, left to right
    "Guys": (240, 240, 180),
    "HH": (240, 240, 180),
    "IOP": (240, 240, 175.2),
}


def glioma_grid(spacing: float) -> tuple[tuple[int, ...], np.ndarray]:
    """Give the shape and affine of BraTS, 240x240x155 mm, with voxels of ``spacing``.

    The last row index looks to the back, as in the releases (orientation L-P-S).
    """
    shape = tuple(round(field / spacing) for field in GLIOMA_FIELD_MM)
    affine = np.diag([-spacing, -spacing, spacing, 1.0])
    affine[1, 3] = 239
    return shape, affine


def head_grid(spacing: list[float], site: str) -> tuple[tuple[int, ...], np.ndarray]:
    """Give the shape and affine of an IXI head, stored P-S-R, with these voxels."""
    fields = HEAD_FIELDS_MM[site]
    shape = tuple(round(f / s) for f, s in zip(fields, spacing, strict=True))
    affine = np.zeros((4, 4))
    affine[[1, 2, 0, 3], [0, 1, 2, 3]] = [-spacing[0], spacing[1], spacing[2], 1]
    middle = affine[:3, :3] @ (np.array(shape) - 1) / 2
    affine[:3, 3] = np.array([0, 0, -16]) - middle
    return shape, affine


def render_glioma(
    subject: Subject, shape: tuple[int, ...], affine: np.ndarray, rng
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Give the four skull-stripped images, the tumour labels and the brain mask."""
    points = grid_points(shape, affine)
    brain = depth_in_brain(subject, points) > 0
    points = points[brain]
    mix = mix_tissues(subject, points)

    def place(values: np.ndarray) -> np.ndarray:
        volume = np.zeros(shape, values.dtype)
        volume.reshape(-1)[brain] = values
        return volume

    images = {name: place(scan(mix, points, name, rng)) for name in CONTRASTS}
    labels = place(tumour_labels(subject, points))
    return images, labels, brain.reshape(shape)


def render_head(
    subject: Subject, shape: tuple[int, ...], affine: np.ndarray, rng
) -> np.ndarray:
    """Give the T1-weighted image of a whole head."""
    points = grid_points(shape, affine)
    mix = mix_tissues(subject, points)
    return scan(mix, points, "t1", rng).reshape(shape)


def save_image(path: Path, volume: np.ndarray, affine: np.ndarray) -> None:
    """Save a volume with its own type, unscaled; gzipped where the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nifti(volume, affine), path)


def save_scaled(path: Path, volume: np.ndarray, affine: np.ndarray) -> None:
    """Save a volume (0 to its maximum) stretched over all of int16, as UCSF-PDGM does.

    The background reads exactly 0 (raw -32768), and the 1 of a mask 0.9999999998: the
    slope 1/65535, rounded to 32 bits, comes out a little too small.
    """
    slope = float(np.float32(volume.max() / 65535))
    raw = np.clip(np.rint(volume / slope), 0, 65535) - 32768
    image = nifti(raw.astype(np.int16), affine)
    image.header.set_slope_inter(slope, 32768 * slope)
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(image, path)


def nifti(volume: np.ndarray, affine: np.ndarray) -> nib.Nifti1Image:
    """Give an image whose header holds the affine twice, in mm, as scanner space."""
    image = nib.Nifti1Image(volume, affine)
    image.set_qform(affine, code=1)
    image.set_sform(affine, code=1)
    image.header.set_xyzt_units("mm")
    return image
