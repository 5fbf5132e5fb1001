"""Draw a small picture of each subject of a chunk, so that a person can look at it.

Three cuts of its first image side by side, axial, coronal and sagittal, with the
outlines of brain and tumour. The patient's right is on the left, as radiologists show
it; the sagittal cut has the front on the left.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
from PIL import Image, ImageChops, ImageFilter
from scipy import ndimage

from regrade.images import read_volume
from regrade.logs import log_to, progress
from regrade.subjects import brain_mask_path, first_images
from regrade.tables import read_table

# Of Okabe and Ito (2008): seen on bright brain, dark tumour and black alike.
BRAIN, TUMOUR = "#56b4e9", "#d55e00"
HALF = 127  # of 255: where a mask that was made smaller has its edge
WINDOW = (1, 99.5)  # percentiles that become black and white


def middle(mask: np.ndarray) -> list[int]:
    """Give the voxel that halves a mask along each axis; cuts through it meet it."""
    voxel = []
    for axis in range(3):
        others = tuple({0, 1, 2} - {axis})
        below = np.cumsum(np.count_nonzero(mask, axis=others))
        voxel.append(int(np.searchsorted(below, below[-1] / 2)))
    return voxel


def box_around(mask: np.ndarray, margin: np.ndarray) -> tuple[slice, ...]:
    """Give the bounding box of a mask, wider by ``margin`` voxels along each axis."""
    [box] = ndimage.find_objects(mask.astype(np.uint8))
    return tuple(
        slice(max(side.start - more, 0), side.stop + more)
        for side, more in zip(box, margin.astype(int).tolist(), strict=True)
    )


def cuts(array: np.ndarray, voxel: list[int]) -> list[np.ndarray]:
    """Cut (slices, rows, columns) through a voxel: axial, coronal, sagittal; top up."""
    z, y, x = voxel
    return [array[z], array[::-1, y], array[::-1, :, x]]


def sizes(
    shape: tuple[int, ...], spacing: np.ndarray, *, width: int, height: int
) -> list[tuple[int, int]]:
    """Give the pixels (across, down) of the three cuts, all in one scale.

    Voxels need not be cubes: sizes are those of the body, as large as the picture of
    ``width`` and ``height`` pixels allows.
    """
    up, back, across = np.multiply(shape, spacing)
    scale = min(width / (2 * across + back), height / max(up, back))
    cut = scale * np.array([(across, back), (across, up), (back, up)])
    return [(int(wide), int(tall)) for wide, tall in np.maximum(cut, 1)]


def shades(array: np.ndarray, brain: np.ndarray, voxel: list[int]) -> list[np.ndarray]:
    """Cut an image in 8 bits; the brain, if there is one, sets black and white."""
    low, high = np.percentile(array[brain] if brain.any() else array, WINDOW)
    scale = 255 / max(high - low, np.finfo(np.float32).eps)
    return [
        np.clip((cut - low) * scale, 0, 255).astype(np.uint8)
        for cut in cuts(array, voxel)
    ]


def outline(mask: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """Give the edge of a mask on a cut of that size, one pixel wide."""
    picture = Image.fromarray(255 * mask.astype(np.uint8)).resize(size)
    inside = picture.point(lambda value: 255 * (value > HALF))
    return ImageChops.subtract(inside, inside.filter(ImageFilter.MinFilter(3)))


def draw_cut(
    shade: np.ndarray, masks: dict[str, np.ndarray], size: tuple[int, int]
) -> Image.Image:
    """Draw a cut in grey and, over it, the outline of each mask in its colour."""
    picture = Image.fromarray(shade).resize(size).convert("RGB")
    for colour, mask in masks.items():
        picture.paste(colour, mask=outline(mask, size))
    return picture


def draw_tile(
    image: sitk.Image,
    brain: np.ndarray,
    tumour: np.ndarray,
    *,
    width: int,
    height: int,
    margin: float,
) -> Image.Image:
    """Draw the cuts through the middle of the tumour, or of the brain.

    Parameters
    ----------
    image : in the canonical frame
    brain, tumour : masks on its grid; all False where there is none
    width, height : pixels of the picture
    margin : mm shown around the brain
    """
    array = sitk.GetArrayFromImage(image)
    spacing = np.array(image.GetSpacing()[::-1])
    shown = brain if brain.any() else np.ones_like(brain)
    box = box_around(shown, np.round(margin / spacing))
    array, brain, tumour, shown = (part[box] for part in (array, brain, tumour, shown))
    voxel = middle(tumour if tumour.any() else shown)
    parts = [shades(array, brain, voxel), cuts(brain, voxel), cuts(tumour, voxel)]
    tile, left = Image.new("RGB", (width, height)), 0
    places = sizes(array.shape, spacing, width=width, height=height)
    for size, shade, *masks in zip(places, *parts, strict=True):
        coloured = dict(zip((BRAIN, TUMOUR), masks, strict=True))
        tile.paste(draw_cut(shade, coloured, size), (left, (height - size[1]) // 2))
        left += size[0]
    return tile


def mask_of(path: Path | None, image: sitk.Image) -> np.ndarray:
    """Read a mask on the grid of an image; all False where there is no file."""
    if path is None:
        return np.zeros(image.GetSize()[::-1], bool)
    return sitk.GetArrayFromImage(read_volume(path)) > 0.5


def draw_subject(subject, folder: Path, masks: Path, **size) -> Image.Image:
    """Draw a subject, given its first image; a brain not found has no outline."""
    image = read_volume(folder / subject.first)
    brain = brain_mask_path(masks, subject)
    tumour = folder / subject.mask if pd.notna(subject.mask) else None
    return draw_tile(
        image,
        mask_of(brain if brain.exists() else None, image),
        mask_of(tumour, image),
        **size,
    )


def draw_chunk(
    subjects: pd.DataFrame,
    folder: Path,
    masks: Path,
    sheet: Path,
    *,
    quality: int,
    **size,
) -> None:
    """Write a JPEG file for each subject, under its name."""
    sheet.mkdir(parents=True, exist_ok=True)
    subjects = subjects.assign(first=first_images(subjects))
    for subject in progress(list(subjects.itertuples(index=False)), "subjects"):
        tile = draw_subject(subject, folder, masks, **size)
        # Without subsampling, which would blur outlines one pixel wide.
        options = {"quality": quality, "subsampling": 0, "optimize": True}
        tile.save(sheet / f"{subject.subject}.jpg", **options)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    found = read_table(snakemake.input.found, "found")
    # Those whose images cannot be used have no row among the brains.
    brains = read_table(snakemake.input.brains, "brains")
    draw_chunk(
        found[found["subject"].isin(brains["subject"])],
        Path(snakemake.params.folder),
        Path(snakemake.input.masks),
        Path(snakemake.output.sheet),
        **snakemake.params.size,
    )
