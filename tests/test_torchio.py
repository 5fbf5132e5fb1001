"""The augmentation is TorchIO's on the same drawn parameters.

The images are 0 near their sides: what comes from beyond them is a matter of taste.
Tolerance: 1e-3 of the image's range; ITK's and torch's interpolators round apart.
"""

import numpy as np
import pytest
import torch

import regrade.vision  # noqa: F401  (torch beside another torchvision)
from regrade.artefacts import elastic, ghosting, motion, spike
from regrade.augmentation import affine, flip, turns

tio = pytest.importorskip("torchio", reason="TorchIO is not installed")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

COUNT = 3
SIZE = (16, 20, 24)  # slices, rows, columns
CLOSE = {"atol": 1e-3, "rtol": 0}


@pytest.fixture
def images() -> torch.Tensor:
    """Give smooth images of two channels, 0 near their sides."""
    draws = torch.Generator().manual_seed(3)
    coarse = torch.rand(COUNT, 2, 4, 5, 6, generator=draws)
    smooth = torch.nn.functional.interpolate(coarse, SIZE, mode="trilinear")
    inside = torch.zeros(SIZE)
    inside[3:-3, 3:-3, 3:-3] = 1
    return smooth * inside


def through(transform, image: torch.Tensor) -> torch.Tensor:
    """Send (c, slices, rows, columns), as canonical as ours, through a transform."""
    affine_matrix = np.diag([-1.0, -1, 1, 1])  # to the left, the back and the top
    middle = (np.array(SIZE[::-1]) - 1) / 2
    affine_matrix[:3, 3] = -affine_matrix[:3, :3] @ middle
    given = tio.ScalarImage(tensor=image.permute(0, 3, 2, 1), affine=affine_matrix)
    return transform(given).data.permute(0, 3, 2, 1)


def drawn(*size: int, low: float, high: float) -> torch.Tensor:
    draws = torch.Generator().manual_seed(5)
    return low + (high - low) * torch.rand(*size, generator=draws)


def zxy(angles: np.ndarray) -> list[float]:
    """Give our angles about z, x, y as TorchIO's about x, y, z of its RAS frame."""
    z, x, y = np.asarray(angles, float)
    return [-x, -y, z]


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
def test_affine(images, interpolation):
    angles = drawn(3, COUNT, low=-10, high=10)
    scales = drawn(COUNT, 1, 1, low=0.9, high=1.2)
    matrices = turns(torch.deg2rad(angles), 3) * scales
    ours = affine(images, matrices, torch.zeros(COUNT, 3), interpolation)
    for n, image in enumerate(images):
        theirs = through(
            tio.Affine(
                scales=[float(scales[n])] * 3,
                degrees=zxy(angles[:, n]),
                translation=[0, 0, 0],
                image_interpolation=interpolation,
            ),
            image,
        )
        same = torch.isclose(ours[n], theirs, **CLOSE)
        # A voxel that lies between two may go to the one or the other.
        assert same.float().mean() > (0.999 if interpolation == "nearest" else 0.99999)
        assert not torch.allclose(image, theirs, **CLOSE)


def test_flip(images):
    ours = flip(images, torch.tensor([True, False, True]), -1)
    theirs = through(tio.Flip(axes=(0,)), images[0])
    assert torch.equal(ours[0], theirs)
    assert torch.equal(ours[1], images[1])


def test_elastic(images):
    field = torch.zeros(COUNT, 3, 7, 7, 7)
    field[:, :, 2:-2, 2:-2, 2:-2] = drawn(COUNT, 3, 3, 3, 3, low=-2, high=2)
    ours = elastic(images, field)
    for n, image in enumerate(images):
        points = field[n].flip(0).permute(3, 2, 1, 0).numpy()
        transform = tio.ElasticDeformation(points, max_displacement=(2, 2, 2))
        theirs = through(transform, image)
        assert torch.allclose(ours[n], theirs, **CLOSE)
        assert not torch.allclose(image, theirs, **CLOSE)


@pytest.mark.parametrize("times", [[0.3, 0.7], [0.2, 0.4], [0.6, 0.9]])
def test_motion(images, times):
    angles = drawn(2, 3, COUNT, low=-10, high=10)
    shifts = drawn(2, COUNT, 3, low=-3, high=3)
    matrices = torch.stack([turns(torch.deg2rad(a), 3) for a in angles])
    ours = motion(images, matrices, shifts, torch.tensor([times] * COUNT))
    for n, image in enumerate(images):
        # TorchIO says where a voxel comes from, ours where it goes to.
        back = torch.linalg.inv(matrices[:, n])
        moved = -(back @ shifts[:, n, :, None])[..., 0]
        degrees = [euler_of(matrix.flip(0, 1)) for matrix in back]
        transform = tio.Motion(
            np.array(degrees), moved.flip(1).numpy(), np.array(times), "linear"
        )
        theirs = through(transform, image)
        assert torch.allclose(ours[n], theirs, **CLOSE)
        assert not torch.allclose(image, theirs, **CLOSE)


def euler_of(matrix: torch.Tensor) -> list[float]:
    """Give ITK's Euler angles, degrees, of a rotation of x, y, z."""
    x = torch.asin(matrix[2, 1])
    y = torch.atan2(-matrix[2, 0], matrix[2, 2])
    z = torch.atan2(-matrix[0, 1], matrix[1, 1])
    return torch.rad2deg(torch.stack([x, y, z])).tolist()


def test_ghosting(images):
    number, strength = torch.tensor([4, 7, 10]), torch.tensor([0.5, 0.7, 1.0])
    ours = ghosting(images, number, torch.tensor([0, 1, 2]), strength)
    for n, image in enumerate(images):
        transform = tio.Ghosting(int(number[n]), 2 - n, float(strength[n]), None)
        theirs = through(transform, image)
        assert torch.allclose(ours[n], theirs, **CLOSE)
        assert not torch.allclose(image, theirs, **CLOSE)


def test_spike(images):
    place = drawn(COUNT, 3, low=0, high=1)
    ours = spike(images, place, torch.tensor([1.0, 2.0, 3.0]))
    for n, image in enumerate(images):
        transform = tio.Spike(place[n].flip(0)[None].numpy(), n + 1.0)
        theirs = through(transform, image)
        assert torch.allclose(ours[n], theirs, **CLOSE)
        assert not torch.allclose(image, theirs, **CLOSE)
