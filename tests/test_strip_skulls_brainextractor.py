from types import SimpleNamespace

import numpy as np
import pytest
import SimpleITK as sitk
import trimesh
import yaml

from regrade.brains import NoBrain
from regrade.images import read_volume
from regrade.phantom_files import head_grid, render_head, save_image
from regrade.phantoms import depth_in_brain, draw_subject, generator, grid_points
from strip_skulls_brainextractor import (
    correct_bias,
    fill_surface,
    find_brain,
    grow_surface,
    on_grid_of,
    trim_border,
)


def test_a_surface_is_filled_where_it_lies():
    """A ball is found around its centre, whatever side of the first voxel it is on."""
    ball = trimesh.creation.icosphere(subdivisions=3, radius=3.4)
    ball.apply_translation([8, 7, 6])
    found = fill_surface(SimpleNamespace(surface=ball, shape=(16, 16, 16)))
    assert np.argwhere(found).mean(axis=0) == pytest.approx([8, 7, 6])
    assert found[8, 7, 6 - 3 : 6 + 4].all()
    assert found[8, 7].sum() == 7


class Surface:
    """Moves all its corners by the ways it is given, one a look."""

    shape = (20, 20, 20)

    def __init__(self, ways: list[float]):
        self.vertices = np.full((4, 3), 5.0)
        self.ways = ways

    def run(self, iterations: int) -> None:
        assert iterations == 50
        self.vertices[:, 0] += self.ways.pop(0)


def test_the_surface_stops_where_it_has_settled():
    surface = Surface([4.0, 2.0, 0.4, 3.0])
    grow_surface(surface, 2.0, iterations=500, settled=1.0)
    assert surface.ways == [3.0]  # 0.4 voxels of 2 mm are 0.8 mm


def test_the_surface_stops_after_the_last_step():
    surface = Surface([2.0, 2.0, 2.0])
    grow_surface(surface, 2.0, iterations=100, settled=1.0)
    assert surface.ways == [2.0]


@pytest.mark.parametrize("way", [-6.0, 15.0, np.nan])
def test_a_surface_that_leaves_the_head_is_a_failure(way):
    with pytest.raises(NoBrain, match="left the head"):
        grow_surface(Surface([way]), 2.0, iterations=100, settled=1.0)


def test_the_border_loses_what_is_no_tissue():
    brain = np.zeros((13, 13, 13), bool)
    brain[2:11, 2:11, 2:11] = True
    tissue = np.ones_like(brain)
    tissue[2:5] = False  # three slices of bone at the border
    tissue[7, 6, 6] = False  # liquor inside
    trimmed = trim_border(brain, tissue, depth=2, radius=0)
    assert not trimmed[2:4].any()
    assert trimmed[4, 4:9, 4:9].all()
    assert trimmed[5:11, 2:11, 2:11].all()


def test_what_hangs_on_thinly_is_opened_away():
    brain = np.zeros((13, 13, 13), bool)
    brain[2:8, 2:11, 2:11] = True
    brain[8:12, 6, 6] = True  # a stalk
    trimmed = trim_border(brain, np.ones_like(brain), depth=2, radius=1)
    assert not trimmed[9:].any()
    assert trimmed[3:7, 3:10, 3:10].all()


def test_the_brain_comes_back_to_the_grid_of_the_image():
    image = sitk.Image([12, 12, 12], sitk.sitkFloat32)
    small = sitk.Shrink(image, [2, 2, 2])
    brain = np.zeros((4 + 2, 6 + 2, 6 + 2), bool)  # two slices of neck, a margin of 1
    brain[1:3, 2:5, 2:5] = True
    back = on_grid_of(image, small, brain, neck=2, margin=1)
    assert back[4:8, 3:7, 3:7].all()
    back[4:8, 2:8, 2:8] = False
    assert not back.any()


def test_a_bias_field_is_taken_out():
    z, y, x = np.mgrid[:40, :40, :40].astype(np.float32)
    ball = np.hypot(np.hypot(z - 20, y - 20), x - 20) < 15
    field = np.exp((x - 20) / 40)
    rng = np.random.default_rng(1)
    array = (100 + 5 * rng.standard_normal(ball.shape)) * field * ball
    even = correct_bias(sitk.GetImageFromArray(array.astype(np.float32)), 2)
    inside = sitk.GetArrayFromImage(even)[ball]
    assert inside.std() / inside.mean() < 0.5 * array[ball].std() / array[ball].mean()


def test_the_settings_find_the_brain_of_a_phantom(tmp_path, root):
    config = yaml.safe_load((root / "config.yaml").read_text())
    grid = head_grid(config["demo"]["head_spacing"], "HH")
    subject = draw_subject(generator(2024, "IXI", 1), "healthy")
    volume = render_head(subject, *grid, generator(2024, "IXI", 1, "scan"))
    truth = (depth_in_brain(subject, grid_points(*grid)) > 0).reshape(grid[0])
    save_image(tmp_path / "head.nii.gz", volume, grid[1])
    save_image(tmp_path / "brain.nii.gz", truth.astype(np.uint8), grid[1])
    image = read_volume(tmp_path / "head.nii.gz")
    found = find_brain(image, **config["stripping"]["brainextractor"])
    brain = sitk.GetArrayFromImage(read_volume(tmp_path / "brain.nii.gz")) > 0
    assert 2 * (found & brain).sum() / (found.sum() + brain.sum()) > 0.92
