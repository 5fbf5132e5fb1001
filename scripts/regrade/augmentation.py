"""Augmentation of whole batches on their device; each draw is apart from its deed.

Images are (b, c, *space) with values of 0 to 1: (slices, rows, columns) for volumes,
(rows, columns) for slices. All channels of an image move together (A-23). The draws
come from a generator on the CPU, so that a CPU and a GPU see the same ones.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional


def augment(images: Tensor, draws: torch.Generator, settings: Mapping) -> Tensor:
    """Apply what the settings name, in the papers' order (A-22, B-26).

    Parameters
    ----------
    settings : interpolation, and flip_left_right, flip_up_down (probabilities),
        cyclic_shift, quarter_turns, scale, degrees, salt_and_pepper; a missing one is
        not applied
    """
    count, space = len(images), images.shape[2:]
    still = torch.zeros(count, len(space))
    for key, axis in (("flip_left_right", -1), ("flip_up_down", -2)):
        if key in settings:
            images = flip(images, _happens(count, settings[key], draws), axis)
    if "cyclic_shift" in settings:
        steps = draw_shifts(count, space, draws, **settings["cyclic_shift"])
        images = cyclic_shift(images, steps)
    if settings.get("quarter_turns"):
        times = torch.randint(0, 4, (count,), generator=draws)
        images = quarter_turn(images, times)
    if "degrees" in settings or "scale" in settings:
        matrices = draw_affines(
            count,
            len(space),
            draws,
            degrees=settings.get("degrees", 0),
            scale=settings.get("scale", (1, 1)),
        )
        images = affine(images, matrices, still, settings["interpolation"])
    if "salt_and_pepper" in settings:
        grains = draw_grains(count, space, draws, **settings["salt_and_pepper"])
        images = salt_and_pepper(images, grains)
    return images


def _happens(count: int, probability: float, draws: torch.Generator) -> Tensor:
    return torch.rand(count, generator=draws) < probability


def _uniform(size: Sequence[int], low: float, high: float, draws) -> Tensor:
    return low + (high - low) * torch.rand(*size, generator=draws)


def _per_image(values: Tensor, images: Tensor) -> Tensor:
    shape = (-1, *[1] * (images.dim() - 1))
    return values.to(images.device).view(shape)


def flip(images: Tensor, chosen: Tensor, axis: int) -> Tensor:
    """Mirror the chosen images along an axis."""
    return torch.where(_per_image(chosen, images), images.flip(axis), images)


def draw_shifts(
    count: int,
    space: Sequence[int],
    draws: torch.Generator,
    *,
    probability: float,
    share: Sequence[float],
) -> Tensor:
    """Draw steps (count, 2) along rows and columns: one of four directions (A-19).

    The distance is uniform between the two shares of the image's side.
    """
    rows, columns = space[-2:]
    steps = torch.zeros(count, 2, dtype=torch.long)
    vertical = _happens(count, 0.5, draws)
    sign = _happens(count, 0.5, draws).long() * 2 - 1
    distance = _uniform((count,), *share, draws)
    side = torch.where(vertical, rows, columns)
    length = sign * (distance * side).long() * _happens(count, probability, draws)
    steps[:, 0] = torch.where(vertical, length, 0)
    steps[:, 1] = torch.where(vertical, 0, length)
    return steps


def cyclic_shift(images: Tensor, steps: Tensor) -> Tensor:
    """Move each image by its steps; what leaves one side enters at the other."""
    steps = steps.to(images.device)
    for axis, size in ((-2, images.shape[-2]), (-1, images.shape[-1])):
        places = torch.arange(size, device=images.device)
        source = (places[None] - steps[:, axis + 2, None]) % size  # (b, size)
        view = [-1] + [1] * (images.dim() - 1)
        view[axis] = size
        images = torch.take_along_dim(images, source.view(view), dim=axis)
    return images


def quarter_turn(images: Tensor, times: Tensor) -> Tensor:
    """Turn each image so many times by 90 degrees, in rows and columns (A-34)."""
    rows, columns = images.shape[-2:]
    if rows != columns:
        raise ValueError(
            f"`augmentation: quarter_turns` needs square slices, but they have {rows} "
            f"x {columns} voxels; change `inputs: shape`."
        )
    times = _per_image(times, images)
    for quarter in (1, 2, 3):
        turned = torch.rot90(images, quarter, (-2, -1))
        images = torch.where(times == quarter, turned, images)
    return images


# The planes of two axes in which an image turns. In space they are about z, x and y, as
# ITK's Euler angles are, which are TorchIO's: the axes are there in the order z, y, x.
PLANES = {2: [(0, 1)], 3: [(2, 1), (1, 0), (0, 2)]}


def draw_affines(
    count: int,
    dimensions: int,
    draws: torch.Generator,
    *,
    degrees: float,
    scale: Sequence[float],
) -> Tensor:
    """Draw matrices (count, n, n) in voxels: a rotation times an isotropic scale.

    In the plane one angle, in space one angle about each axis, uniform in +-degrees.
    """
    angles = _uniform((len(PLANES[dimensions]), count), -degrees, degrees, draws)
    scales = _uniform((count, 1, 1), *scale, draws)
    return turns(torch.deg2rad(angles), dimensions) * scales


def turns(angles: Tensor, dimensions: int) -> Tensor:
    """Give rotations (b, n, n) by one angle (planes, b) in each of the planes."""
    matrices = torch.eye(dimensions).repeat(angles.shape[1], 1, 1)
    for plane, turned in zip(PLANES[dimensions], angles, strict=True):
        matrices = matrices @ rotations(turned, dimensions, *plane)
    return matrices


def rotations(angles: Tensor, dimensions: int, first: int, second: int) -> Tensor:
    """Give rotations (b, n, n) in the plane of two axes; angles in radians."""
    matrices = torch.eye(dimensions).repeat(len(angles), 1, 1)
    cosine, sine = torch.cos(angles), torch.sin(angles)
    matrices[:, first, first] = matrices[:, second, second] = cosine
    matrices[:, first, second], matrices[:, second, first] = -sine, sine
    return matrices


MODES = {"linear": "bilinear", "nearest": "nearest"}


def affine(
    images: Tensor, matrices: Tensor, shifts: Tensor, interpolation: str
) -> Tensor:
    """Turn by matrices (b, n, n) about the centre and shift by voxels (b, n).

    What comes from outside is 0.
    """
    half = torch.tensor(images.shape[2:], dtype=torch.float32) / 2
    # From where each voxel comes, in units of half the image; torch counts the axes
    # from the last one.
    inverse = torch.linalg.inv(matrices)
    origin = -(inverse @ shifts[:, :, None]) / half[None, :, None]
    inverse = inverse * half[None, None, :] / half[None, :, None]
    theta = torch.cat([inverse.flip(1, 2), origin.flip(1)], dim=2).to(images.device)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    mode = MODES[interpolation]
    return functional.grid_sample(images, grid, mode=mode, align_corners=False)


def draw_grains(
    count: int,
    space: Sequence[int],
    draws: torch.Generator,
    *,
    probability: float,
    share: Sequence[float],
) -> Tensor:
    """Draw where salt (1) and pepper (-1) fall: (count, *space); 0 elsewhere (A-21)."""
    amount = _uniform((count,), *share, draws) * _happens(count, probability, draws)
    amount = amount.view(-1, *[1] * len(space))
    chance = torch.rand(count, *space, generator=draws)
    salt, pepper = chance < amount / 2, chance > 1 - amount / 2
    return salt.to(torch.int8) - pepper.to(torch.int8)


def salt_and_pepper(images: Tensor, grains: Tensor) -> Tensor:
    """Set grains to the image's maximum or to 0, the same places in all channels."""
    grains = grains.to(images.device).unsqueeze(1)
    brightest = images.amax(dim=tuple(range(1, images.dim())), keepdim=True)
    images = torch.where(grains > 0, brightest, images)
    return torch.where(grains < 0, torch.zeros_like(images), images)


def centre_crop(images: Tensor, size: int) -> Tensor:
    """Cut the middle ``size`` x ``size`` of slices (b, c, rows, columns) (A-16)."""
    _refuse_larger(size, images)
    corner = torch.tensor(
        [(images.shape[-2] - size) // 2, (images.shape[-1] - size) // 2]
    )
    return crop_at(images, corner.repeat(len(images), 1), size)


def cut(images: Tensor, crop: int | None) -> Tensor:
    """Cut the middle out of slices; volumes, which have no crop, stay whole."""
    return images if crop is None else centre_crop(images, crop)


def magnify(
    images: Tensor, draws: torch.Generator, *, resized: int, centre: int, crop: int
) -> Tensor:
    """Resize slices, cut their middle, and of that a random square (A-15)."""
    large = functional.interpolate(images, (resized, resized), mode="bilinear")
    middle = centre_crop(large, centre)
    _refuse_larger(crop, middle)
    corners = torch.randint(0, centre - crop + 1, (len(images), 2), generator=draws)
    return crop_at(middle, corners, crop)


def _refuse_larger(size: int, images: Tensor) -> None:
    rows, columns = images.shape[-2:]
    if size > min(rows, columns):
        raise ValueError(
            f"A square of {size} does not fit into slices of {rows} x {columns}; make "
            "`crop` or `magnification: centre` in the study's settings smaller."
        )


def crop_at(images: Tensor, corners: Tensor, size: int) -> Tensor:
    """Cut a square from each image (b, c, rows, columns) at its corner (b, 2)."""
    places = torch.arange(size)
    index = torch.arange(len(images)).view(-1, 1, 1)
    rows = (corners[:, 0, None] + places)[:, :, None]
    columns = (corners[:, 1, None] + places)[:, None, :]
    device = images.device
    cut = images[index.to(device), :, rows.to(device), columns.to(device)]
    return cut.permute(0, 3, 1, 2)
