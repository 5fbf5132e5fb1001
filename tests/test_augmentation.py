import math

import numpy as np
import pytest
import torch

from regrade.augmentation import (
    affine,
    augment,
    centre_crop,
    crop_at,
    cut,
    cyclic_shift,
    draw_affines,
    draw_grains,
    draw_shifts,
    flip,
    magnify,
    quarter_turn,
    rotations,
    salt_and_pepper,
)

ALL = {
    "interpolation": "linear",
    "flip_left_right": 0.5,
    "flip_up_down": 0.5,
    "cyclic_shift": {"probability": 0.5, "share": [0.25, 0.5]},
    "degrees": 180,
    "scale": [0.9, 1.2],
    "salt_and_pepper": {"probability": 0.5, "share": [0.01, 0.02]},
}


def draws(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbered(*shape: int) -> torch.Tensor:
    """Give an image whose values are all different, and above 0."""
    return torch.arange(1.0, math.prod(shape) + 1).view(shape)


def quarter_rotation(dimensions: int, first: int, second: int) -> torch.Tensor:
    return rotations(torch.tensor([math.pi / 2]), dimensions, first, second)


def turned_by(images: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
    return affine(images, matrices, torch.zeros(matrices.shape[:2]), "linear")


def test_only_chosen_images_are_flipped():
    images = torch.tensor([[[[1.0, 2.0]]], [[[3.0, 4.0]]]])
    flipped = flip(images, torch.tensor([True, False]), -1)
    assert flipped.tolist() == [[[[2, 1]]], [[[3, 4]]]]
    assert torch.equal(flip(images, torch.tensor([True, True]), -2), images)


@pytest.mark.parametrize(
    ("key", "axis"), [("flip_left_right", -1), ("flip_up_down", -2)]
)
def test_a_flip_of_probability_one_or_zero(key, axis):
    images = numbered(3, 2, 2, 3, 4)
    assert torch.equal(augment(images, draws(), {key: 1}), images.flip(axis))
    assert torch.equal(augment(images, draws(), {key: 0}), images)


def test_what_leaves_one_side_enters_at_the_other():
    images = torch.tensor([[1.0, 2, 3], [4, 5, 6]]).expand(3, 1, 2, 3)
    steps = torch.tensor([[0, 1], [-1, 0], [0, 0]])
    right, up, still = cyclic_shift(images, steps)[:, 0].tolist()
    assert right == [[3, 1, 2], [6, 4, 5]]
    assert up == [[4, 5, 6], [1, 2, 3]]
    assert still == [[1, 2, 3], [4, 5, 6]]


def test_a_cyclic_shift_moves_all_channels_and_slices_alike():
    images = numbered(1, 2, 3, 4, 5)
    shifted = cyclic_shift(images, torch.tensor([[3, -2]]))
    assert torch.equal(shifted, images.roll((3, -2), (-2, -1)))
    assert torch.equal(shifted.flatten().sort().values, images.flatten())


def test_shifts_go_in_four_directions_by_a_share_of_the_side():
    steps = draw_shifts(500, (40, 80), draws(), probability=1, share=[0.25, 0.5])
    vertical, horizontal = steps[steps[:, 0] != 0, 0], steps[steps[:, 1] != 0, 1]
    assert len(vertical) + len(horizontal) == 500
    assert {int(s) for s in vertical.sign()} == {int(s) for s in horizontal.sign()}
    assert vertical.abs().min() == 10
    assert vertical.abs().max() == 19
    assert horizontal.abs().min() == 20
    assert horizontal.abs().max() == 39


@pytest.mark.parametrize("side", [4, 5])
def test_a_quarter_turn_is_exact_in_the_plane(side):
    images = numbered(1, 2, side, side)
    turned = turned_by(images, quarter_rotation(2, 0, 1))
    assert torch.allclose(turned, images.rot90(1, (-2, -1)), atol=1e-3)


def test_a_quarter_turn_of_an_oblong_image_keeps_its_middle():
    images = numbered(1, 1, 4, 6)
    turned = turned_by(images, quarter_rotation(2, 0, 1))
    middle = images[..., 1:5].rot90(1, (-2, -1))
    assert torch.allclose(turned[..., 1:5], middle, atol=1e-3)
    assert turned[..., [0, 5]].abs().max() < 1e-3  # from outside


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (1, 2, (slice(None), slice(None), slice(2, 6))),
        (0, 2, (slice(None), slice(None), slice(3, 5))),
        (0, 1, (slice(None), slice(1, 3), slice(None))),
    ],
)
def test_a_quarter_turn_about_each_axis_of_an_oblong_volume(first, second, kept):
    images = numbered(1, 2, 2, 4, 8)
    turned = turned_by(images, quarter_rotation(3, first, second))
    middle = images[(..., *kept)].rot90(1, (first + 2, second + 2))
    assert torch.allclose(turned[(..., *kept)], middle, atol=1e-3)


def test_a_scale_above_one_magnifies_about_the_centre():
    images = torch.zeros(1, 1, 8, 12)
    images[..., 3:5, 5:7] = 1
    scaled = turned_by(images, 2 * torch.eye(2)[None])
    assert (scaled[..., 2:6, 4:8] > 0.5).all()
    assert scaled.sum() == pytest.approx(16)
    assert torch.allclose(scaled, scaled.flip(-1, -2))


def test_doing_nothing_leaves_an_image():
    images = numbered(2, 1, 3, 4, 5)
    same = turned_by(images, torch.eye(3).repeat(2, 1, 1))
    assert torch.allclose(same, images, atol=1e-3)


def test_angles_fill_their_range():
    matrices = draw_affines(500, 2, draws(), degrees=10, scale=[1, 1])
    angles = torch.rad2deg(torch.atan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    assert angles.abs().max() < 10.001
    assert angles.max() > 9
    assert angles.min() < -9


@pytest.mark.parametrize("dimensions", [2, 3])
def test_one_scale_for_all_axes_fills_its_range(dimensions):
    matrices = draw_affines(500, dimensions, draws(), degrees=10, scale=[0.9, 1.2])
    scales = torch.linalg.det(matrices) ** (1 / dimensions)
    assert 0.899 < scales.min() < 0.91
    assert 1.19 < scales.max() < 1.201
    products = matrices @ matrices.transpose(1, 2)  # a rotation times one scale
    expected = scales.view(-1, 1, 1) ** 2 * torch.eye(dimensions)
    assert torch.allclose(products, expected, atol=1e-6)


def test_an_image_is_shifted_by_voxels():
    images = numbered(2, 1, 3, 4)
    still = torch.eye(2).repeat(2, 1, 1)
    shifts = torch.tensor([[1.0, 0.0], [0.0, -2.0]])
    down, left = affine(images, still, shifts, "linear")
    assert torch.allclose(down[:, 1:], images[0, :, :2], atol=1e-4)
    assert torch.allclose(left[..., :2], images[1, ..., 2:], atol=1e-4)
    assert not down[:, 0].any()
    assert not left[..., 2:].any()


def test_the_nearest_voxel_invents_no_values():
    images = numbered(1, 1, 9, 9)
    matrix, still = rotations(torch.tensor([0.3]), 2, 0, 1), torch.zeros(1, 2)
    values = affine(images, matrix, still, "nearest").unique()
    assert torch.isin(values, torch.cat([images.flatten(), torch.zeros(1)])).all()


def test_salt_is_the_brightest_of_the_image_and_pepper_is_black():
    images = torch.tensor([[[[1.0, 2, 3]], [[4, 5, 6]]]])
    grains = torch.tensor([[[1, 0, -1]]], dtype=torch.int8)
    assert salt_and_pepper(images, grains).tolist() == [[[[6, 2, 0]], [[6, 5, 0]]]]


def test_a_share_of_the_pixels_is_salt_and_as_many_pepper():
    grains = draw_grains(2, (100, 100), draws(), probability=1, share=[0.2, 0.2])
    for image in grains:
        assert abs((image == 1).sum() - 1000) < 120  # four standard deviations
        assert abs((image == -1).sum() - 1000) < 120
    assert not torch.equal(*grains)


def test_noise_of_probability_zero_does_not_fall():
    grains = draw_grains(9, (9, 9), draws(), probability=0, share=[0.9, 0.9])
    assert not grains.any()


def test_noise_falls_on_the_same_places_in_all_channels():
    images = torch.full((1, 4, 20, 20), 0.5)
    settings = {"salt_and_pepper": {"probability": 1, "share": [0.5, 0.5]}}
    images[0, 0, 0, 0] = 1  # the brightest
    changed = augment(images, draws(), settings)[0, :, 1:] != 0.5
    assert changed.any()
    assert (changed == changed[0]).all()


def test_crops_at_corners():
    images = numbered(2, 1, 3, 4)
    first, second = crop_at(images, torch.tensor([[0, 0], [1, 2]]), 2)[:, 0].tolist()
    assert first == [[1, 2], [5, 6]]
    assert second == [[19, 20], [23, 24]]


def test_the_middle_is_cut_out():
    images = numbered(1, 2, 5, 7)
    assert torch.equal(centre_crop(images, 3), images[..., 1:4, 2:5])
    assert torch.equal(cut(images, 3), images[..., 1:4, 2:5])
    assert cut(images, None) is images


@pytest.mark.parametrize("size", [4, 5])
def test_a_crop_larger_than_the_slices_is_refused(size):
    with pytest.raises(ValueError, match=f"square of {size} does not fit into slices"):
        centre_crop(numbered(1, 1, 3, 9), size)
    with pytest.raises(ValueError, match="does not fit into slices of 3 x 3"):
        magnify(numbered(1, 1, 3, 3), draws(), resized=6, centre=3, crop=size)


def test_magnified_slices_show_86_pixels_on_160():
    """A ramp of 1 a pixel rises by 240 / 448 afterwards: 1.8667 times as large."""
    ramp = torch.arange(240.0).expand(1, 2, 240, 240)
    large = magnify(ramp, draws(), resized=448, centre=224, crop=160)
    assert large.shape == (1, 2, 160, 160)
    steps = large.diff(dim=-1)
    assert 1 / float(steps.mean()) == pytest.approx(1.8667, abs=1e-4)
    assert steps.std() < 1e-4
    shown = large.amax() - large.amin() + steps.mean()
    assert float(shown) == pytest.approx(85.71, abs=0.01)


def test_the_magnified_square_lies_anywhere_in_the_middle():
    ramps = torch.arange(240.0).expand(300, 1, 240, 240)
    large = magnify(ramps, draws(), resized=448, centre=224, crop=160)
    firsts = large[:, 0, 0, 0]
    # The central 224 of 448 pixels reach from 60 to 180 of the 240.
    assert firsts.min() == pytest.approx(59.77, abs=0.01)
    assert large.max() == pytest.approx(179.23, abs=0.01)
    assert len(firsts.unique()) > 50  # of 65


def test_equal_seeds_draw_the_same_and_others_do_not():
    images = torch.rand(4, 2, 12, 10, generator=draws())
    once, again = (augment(images, draws(7), ALL) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.equal(once, augment(images, draws(8), ALL))


def test_augmentation_keeps_shape_and_range_and_its_input():
    images = torch.rand(4, 2, 6, 12, 10, generator=draws())
    before = images.clone()
    changed = augment(images, draws(), ALL)
    assert changed.shape == images.shape
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert torch.equal(images, before)


def test_nothing_named_is_nothing_done():
    images = numbered(1, 1, 2, 2)
    assert torch.equal(augment(images, draws(), {"classes": ["LGG"]}), images)


def test_a_quarter_turn_is_a_permutation_of_the_plane():
    volumes = torch.arange(4 * 2 * 2 * 3 * 3.0).reshape(4, 2, 2, 3, 3)
    turned = quarter_turn(volumes, torch.tensor([0, 1, 2, 3]))
    assert torch.equal(turned[0], volumes[0])
    for number in (1, 2, 3):
        expected = np.rot90(volumes[number].numpy(), number, (-2, -1))
        assert np.array_equal(turned[number].numpy(), expected)


def test_all_quarter_turns_are_drawn_and_the_channels_turn_together():
    volumes = torch.arange(9.0).reshape(3, 3).expand(64, 2, 2, 3, 3)
    settings = {"interpolation": "linear", "quarter_turns": True}
    turned = augment(volumes, torch.Generator().manual_seed(1), settings)
    assert torch.equal(turned[:, 0], turned[:, 1])
    assert torch.equal(turned[:, :, 0], turned[:, :, 1])
    corners = turned[:, 0, 0, 0, 0].unique()
    assert corners.tolist() == [0, 2, 6, 8]


def test_quarter_turns_need_squares():
    with pytest.raises(ValueError, match="square slices, but they have 3 x 4 voxels"):
        quarter_turn(torch.zeros(1, 1, 2, 3, 4), torch.tensor([1]))
