"""Find the brain of each subject of a chunk with brainextractor (B-05).

brainextractor is the method of FSL's BET (Smith 2002, doi 10.1002/hbm.10062) in Python,
without weights. Before it stand a field of view without the neck, N4 and a measure of
the brain's own intensity; after it, a border trimmed to what the intensities say.
"""

import contextlib
import io
from functools import partial

import numpy as np
import SimpleITK as sitk
from brainextractor import BrainExtractor
from brainextractor.helpers import sphere
from nibabel import Nifti1Image
from scipy import ndimage

from regrade.brains import (
    NoBrain,
    largest_connected,
    largest_part,
    neck_slice,
    strip_chunk,
)
from regrade.images import resample, volume_like
from regrade.logs import log_to

STEPS = 50  # of the growing surface, between two looks at how far it has moved
# The method looks 20 mm inwards, and a surface that leaves the array reads what it must
# not: so much of nothing is laid around the head.
MARGIN_MM = 20.0
BIAS_STEPS = [50, 50, 50]  # of N4 at each level of its grid


def find_brain(
    image: sitk.Image,
    *,
    spacing: float,
    height: float,
    bias_spacing: float,
    tissue: list[float],
    threshold: float,
    iterations: int,
    settled: float,
    trimmed: float,
    opening: float,
) -> np.ndarray:
    """Give the brain as a mask on the image's own grid.

    The surface grows on an isotropic grid, because the method measures distances in
    voxels of the first axis.

    Parameters
    ----------
    spacing : mm, of the grid on which the surface grows
    height : mm below the top of the head; what is lower is no brain
    bias_spacing : mm, of the grid on which N4 fits the bias field
    tissue : shares of the brain's median; what is darker is bone or air, the largest
        connected part of what is brighter is fat
    threshold : fractional intensity of BET; smaller gives a larger brain
    iterations : largest number of steps of the surface
    settled : mm, the surface's mean way in 50 steps at which it has settled
    trimmed : mm, how deep the border is searched for what is no tissue
    opening : mm, thickness of what is opened away afterwards
    """
    small = resample(image, spacing, labels=False)
    even = correct_bias(small, round(bias_spacing / spacing))
    head = sitk.GetArrayFromImage(even)
    neck = neck_slice(head, round(height / spacing))
    margin = round(MARGIN_MM / spacing)
    extractor = start_surface(np.pad(head[neck:], margin), spacing, threshold)
    darkest, brightest = np.array(tissue) * extractor.tm
    # Scalp, orbits and face hang together in their fat; a bright tumour lies apart.
    extractor.data[largest_connected(extractor.data > brightest)] = darkest
    grow_surface(extractor, spacing, iterations=iterations, settled=settled)
    brain = trim_border(
        fill_surface(extractor),
        extractor.data > darkest,
        depth=round(trimmed / spacing),
        radius=round(opening / 2 / spacing),
    )
    return on_grid_of(image, small, brain, neck=neck, margin=margin)


def correct_bias(image: sitk.Image, shrink: int) -> sitk.Image:
    """Divide by the bias field that N4 fits to the shrunken image (Tustison 2010)."""
    coarse = sitk.Shrink(image, [shrink] * 3)
    head = sitk.OtsuThreshold(coarse, 0, 1)
    n4 = sitk.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations(BIAS_STEPS)
    n4.Execute(coarse, head)
    return image / sitk.Exp(n4.GetLogBiasFieldAsImage(image))


def start_surface(head: np.ndarray, spacing: float, threshold: float) -> BrainExtractor:
    """Lay the first sphere into the head and take the brain's median inside it.

    The library takes the median of the sphere of the whole head, into which air, neck
    and scalp come in shares that depend on the head and its field of view. The first
    sphere, half as wide, holds nothing but brain.
    """
    grid = np.diag([spacing, spacing, spacing, 1.0])
    with contextlib.redirect_stdout(io.StringIO()):
        extractor = BrainExtractor(img=Nifti1Image(head, grid), bt=threshold)
    inside = sphere(head.shape, extractor.r, extractor.c)
    extractor.tm = np.median(extractor.data[inside])
    return extractor


def grow_surface(
    extractor: BrainExtractor, spacing: float, *, iterations: int, settled: float
) -> None:
    """Move the surface until it has settled, or for this number of steps."""
    for _ in range(0, iterations, STEPS):
        before = extractor.vertices.copy()
        with contextlib.redirect_stdout(io.StringIO()):  # a line for each step
            extractor.run(iterations=STEPS)
        low, high = extractor.vertices.min(), extractor.vertices.max(axis=0)
        if not (low >= 0 and (high <= np.array(extractor.shape) - 1).all()):
            raise NoBrain("The growing surface left the head.")
        ways = np.linalg.norm(extractor.vertices - before, axis=1)
        if ways.mean() * spacing < settled:
            break


def fill_surface(extractor: BrainExtractor) -> np.ndarray:
    """Give the voxels inside the surface.

    Not by ``compute_mask`` of brainextractor 0.3.0, whose mask lies one voxel too low
    along each axis: it rounds the outer edges of the first voxels down.
    """
    points = extractor.surface.voxelized(1).fill().points  # voxel centres
    found = np.zeros(extractor.shape, bool)
    found[tuple(np.rint(points).astype(int).T)] = True
    return found


def trim_border(
    brain: np.ndarray, tissue: np.ndarray, *, depth: int, radius: int
) -> np.ndarray:
    """Take away what is no tissue at the border, and what hangs on thinly after it.

    Bone, air and fat lie at the border; liquor and vessels inside are not reached.

    Parameters
    ----------
    depth, radius : voxels, of the search and of the ball that opens
    """
    reached = ndimage.binary_dilation(~brain, mask=~brain | ~tissue, iterations=depth)
    axes = np.mgrid[[slice(-radius, radius + 1)] * 3]
    ball = (axes**2).sum(axis=0) <= radius**2
    return largest_part(ndimage.binary_opening(brain & ~reached, ball))


def on_grid_of(
    image: sitk.Image, small: sitk.Image, brain: np.ndarray, *, neck: int, margin: int
) -> np.ndarray:
    """Bring a brain found above the neck, with a margin, to the image's grid."""
    inner = tuple(slice(margin, size - margin) for size in brain.shape)
    whole = np.zeros(small.GetSize()[::-1], np.float32)
    whole[neck:] = brain[inner]
    back = sitk.Resample(
        volume_like(whole, small), image, sitk.Transform(), sitk.sitkLinear
    )
    return sitk.GetArrayFromImage(back) > 0.5


if __name__ == "__main__":
    log_to(snakemake.log[0])
    strip_chunk(
        snakemake.input.found,
        snakemake.input.checks,
        find_brain=partial(find_brain, **snakemake.params.settings),
        masks=snakemake.output.masks,
        brains=snakemake.output.brains,
        folder=snakemake.params.folder,
        chunk=snakemake.params.chunk,
        chunks=snakemake.params.chunks,
        volume=snakemake.params.volume,
    )
