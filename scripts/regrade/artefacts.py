"""What goes wrong in a scanner, on whole batches: the heavy augmentation of paper B.

Images are (b, c, slices, rows, columns). Each function does what TorchIO's of that name
does with the same parameters; spectra have their centre in the middle.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from regrade.augmentation import affine, turns

SPACE = (-3, -2, -1)


def distort(images: Tensor, draws: torch.Generator, settings: Mapping) -> Tensor:
    """Apply the artefacts that the settings name, each to a part of the images (B-26).

    Parameters
    ----------
    settings : elastic, motion, ghosting, spike; each has a ``probability`` and what
        its function draws from; a missing one is not applied
    """
    for name, make in MAKERS.items():
        if name in settings:
            images = make(images, draws, **settings[name])
    return images


def _chosen(images: Tensor, probability: float, draws: torch.Generator) -> Tensor:
    return (torch.rand(len(images), generator=draws) < probability).nonzero()[:, 0]


def _uniform(size: Sequence[int], ends: Sequence[float], draws) -> Tensor:
    return ends[0] + (ends[1] - ends[0]) * torch.rand(*size, generator=draws)


def _numbers(count: int, ends: Sequence[int], draws) -> Tensor:
    return torch.randint(ends[0], ends[1] + 1, (count,), generator=draws)


def _with(images: Tensor, rows: Tensor, changed: Tensor) -> Tensor:
    return images.index_copy(0, rows.to(images.device), changed)


def make_elastic(
    images: Tensor, draws, *, probability: float, points: int, voxels: float
) -> Tensor:
    """Draw control points within +-voxels; the two outer ones of a side stay."""
    rows = _chosen(images, probability, draws)
    if not len(rows):
        return images
    field = torch.zeros(len(rows), 3, points, points, points)
    inner = (slice(None), slice(None), *[slice(2, -2)] * 3)
    field[inner] = _uniform(field[inner].shape, (-voxels, voxels), draws)
    return _with(images, rows, elastic(images[rows.to(images.device)], field))


def elastic(images: Tensor, field: Tensor) -> Tensor:
    """Deform by a cubic B-spline (Rueckert et al. 1999); linear, 0 outside.

    Parameters
    ----------
    field : control points (b, 3, points, points, points): how many slices, rows and
        columns further a voxel comes from
    """
    size = images.shape[2:]
    weights = [spline_weights(n, field.shape[-1]) for n in size]
    steps = torch.einsum("bnijk,zi,yj,xk->bzyxn", field, *weights)
    steps = (2 * steps / torch.tensor(size)).flip(-1).to(images.device)
    still = torch.eye(3, 4, device=images.device).repeat(len(images), 1, 1)
    grid = functional.affine_grid(still, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid + steps, align_corners=False)


def spline_weights(size: int, points: int) -> Tensor:
    """Give the cubic B-spline (size, points) of each voxel and control point.

    The points lie apart by 1 / (points - 3) of the side; the first is outside by that.
    A side is a quarter of a voxel longer than the image, as ITK has it.
    """
    places = (torch.arange(size) + 0.625) / (size + 0.25) * (points - 3)
    distance = (places[:, None] - (torch.arange(points) - 1)).abs()
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = (2 - distance).clamp(min=0) ** 3 / 6
    return torch.where(distance < 1, near, far)


def make_motion(
    images: Tensor,
    draws,
    *,
    probability: float,
    movements: int,
    degrees: float,
    voxels: float,
) -> Tensor:
    """Draw moments, evenly spread but for 30 %, and how the head lies after each."""
    rows = _chosen(images, probability, draws)
    if not len(rows):
        return images
    count = len(rows)
    angles = _uniform((movements, 3, count), (-degrees, degrees), draws)
    shifts = _uniform((movements, count, 3), (-voxels, voxels), draws)
    step = 1 / (movements + 1)
    times = step * torch.arange(1, movements + 1)
    times = times + _uniform((count, movements), (-0.3 * step, 0.3 * step), draws)
    matrices = torch.stack([turns(torch.deg2rad(a), 3) for a in angles])
    moved = motion(images[rows.to(images.device)], matrices, shifts, times)
    return _with(images, rows, moved)


def motion(images: Tensor, matrices: Tensor, shifts: Tensor, times: Tensor) -> Tensor:
    """Put a spectrum together from those of a head that moved (Shaw et al. 2019).

    Its planes are measured one after the other, from below; the middle is measured
    when the head lies as in the image.

    Parameters
    ----------
    matrices, shifts : (movements, b, 3, 3) and (movements, b, 3), in voxels
    times : (b, movements), rising, 0 to 1
    """
    planes = images.shape[2]
    number = (torch.arange(planes) >= (times * planes).long()[:, :, None]).sum(dim=1)
    middle = (times <= 0.5).sum(dim=1, keepdim=True)
    # The image takes the place of the head at half time, and the other way round.
    order = torch.where(number == middle, 0, torch.where(number == 0, middle, number))
    order = order.view(len(images), 1, planes, 1, 1).to(images.device)
    joined = spectrum(images)
    for n, (matrix, shift) in enumerate(zip(matrices, shifts, strict=True), start=1):
        moved = spectrum(affine(images, matrix, shift, "linear"))
        joined = torch.where(order == n, moved, joined)
    return image_of(joined)


def make_ghosting(
    images: Tensor,
    draws,
    *,
    probability: float,
    ghosts: Sequence[int],
    intensity: Sequence[float],
) -> Tensor:
    """Draw how many ghosts, along which axis, and how strong."""
    rows = _chosen(images, probability, draws)
    if not len(rows):
        return images
    number = _numbers(len(rows), ghosts, draws)
    axis = _numbers(len(rows), (0, 2), draws)
    strength = _uniform((len(rows),), intensity, draws)
    shown = images[rows.to(images.device)]
    return _with(images, rows, ghosting(shown, number, axis, strength))


def ghosting(images: Tensor, ghosts: Tensor, axis: Tensor, intensity: Tensor) -> Tensor:
    """Weaken every n-th plane of the spectrum but the middle one.

    Parameters
    ----------
    ghosts, axis, intensity : (b,); axis 0 for slices, 1 for rows, 2 for columns
    """
    kept = spectrum(images)
    for n, size in enumerate(images.shape[2:]):
        place = torch.arange(size)
        hit = (place % ghosts[:, None] == 0) & (place != size // 2)
        hit &= (axis == n)[:, None]
        factor = torch.where(hit, 1 - intensity[:, None], 1.0)
        view = [len(images), 1, 1, 1, 1]
        view[2 + n] = size
        kept = kept * factor.view(view).to(images.device)
    return image_of(kept)


def make_spike(
    images: Tensor, draws, *, probability: float, intensity: Sequence[float]
) -> Tensor:
    """Draw where one spike lies in the spectrum, and how high it is."""
    rows = _chosen(images, probability, draws)
    if not len(rows):
        return images
    place = torch.rand(len(rows), 3, generator=draws)
    height = _uniform((len(rows),), intensity, draws)
    return _with(images, rows, spike(images[rows.to(images.device)], place, height))


def spike(images: Tensor, place: Tensor, intensity: Tensor) -> Tensor:
    """Raise one point of the spectrum by a multiple of its maximum.

    Parameters
    ----------
    place : (b, 3), 0 to 1 along slices, rows and columns
    intensity : (b,)
    """
    raised = spectrum(images)
    highest = raised.abs().amax(dim=SPACE)
    points = (place * torch.tensor(images.shape[2:])).long()
    for n, (z, y, x) in enumerate(points.tolist()):
        raised[n, :, z, y, x] += highest[n] * float(intensity[n])
    return image_of(raised)


def spectrum(images: Tensor) -> Tensor:
    """Give the Fourier transform over space, its centre in the middle."""
    return torch.fft.fftshift(torch.fft.fftn(images, dim=SPACE), dim=SPACE)


def image_of(shifted: Tensor) -> Tensor:
    """Go back from a spectrum to the real part of an image."""
    return torch.fft.ifftn(torch.fft.ifftshift(shifted, dim=SPACE), dim=SPACE).real


MAKERS = {
    "elastic": make_elastic,
    "motion": make_motion,
    "ghosting": make_ghosting,
    "spike": make_spike,
}
