from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk

from regrade.addresses import split_address
from regrade.images import (
    axes_of,
    centre_of_box,
    crop_or_pad,
    read_volume,
    resample,
    scale_intensity,
    scaled_on_grid,
    to_bytes,
    volume_like,
)


def image_of(array, spacing=(1.0, 1.0, 1.0)) -> sitk.Image:
    image = sitk.GetImageFromArray(np.asarray(array, np.float32))
    image.SetSpacing(spacing)
    return image


def test_an_address_may_name_a_volume_counted_from_one():
    assert split_address("a/b.nii.gz,3") == (Path("a/b.nii.gz"), 2)
    assert split_address("a/b,2.nii") == (Path("a/b,2.nii"), None)
    assert split_address(Path("a/b.nii")) == (Path("a/b.nii"), None)


def test_a_volume_of_a_file_of_four_dimensions_is_read_in_place(tmp_path):
    series = np.arange(2 * 3 * 4 * 2, dtype=np.float32).reshape(2, 3, 4, 2)
    affine = np.diag([-1.0, -1, 2, 1])  # LPS, as BraTS is stored
    nib.save(nib.Nifti1Image(series, affine), tmp_path / "series.nii.gz")
    volume = read_volume(f"{tmp_path}/series.nii.gz,2")
    assert volume.GetSpacing() == (1.0, 1.0, 2.0)
    assert (sitk.GetArrayFromImage(volume) == series[..., 1].T).all()


def test_scaling_maps_the_brains_percentiles_to_zero_and_one():
    array = np.arange(101, dtype=np.float32)
    brain = np.ones(101, bool)
    scaled = scale_intensity(array, brain, [10, 90], "brain")
    assert scaled[[0, 10, 50, 90, 100]].tolist() == [0, 0, 0.5, 1, 1]


def test_scaling_ignores_what_is_outside_the_brain():
    array = np.array([1000.0, 0, 1, 2], np.float32)
    brain = np.array([False, True, True, True])
    assert scale_intensity(array, brain, [0, 100], "brain").tolist() == [0, 0, 0.5, 1]


def test_the_background_counts_where_percentiles_are_those_of_the_volume():
    array = np.array([1000.0, 0, 10, 20], np.float32)
    brain = np.array([False, False, True, True])
    assert scale_intensity(array, brain, [0, 100], "brain").tolist() == [0, 0, 0, 1]
    assert scale_intensity(array, brain, [0, 100], "volume").tolist() == [0, 0, 0.5, 1]


def test_a_brain_of_one_intensity_becomes_zero():
    assert not scale_intensity(np.ones(5), np.ones(5, bool), [0.5, 99.5], "brain").any()


def test_resampling_keeps_the_field_of_view_and_the_mean():
    ramp = np.tile(np.arange(8.0), (8, 8, 1))
    small = resample(image_of(ramp), 2.0, labels=False)
    values = sitk.GetArrayFromImage(small)
    assert values.shape == (4, 4, 4)
    assert values[0, 0].tolist() == [0.5, 2.5, 4.5, 6.5]


def test_resampling_uneven_voxels_gives_isotropic_ones():
    small = resample(image_of(np.ones((5, 8, 8)), (1.0, 1.0, 2.0)), 2.0, labels=False)
    assert small.GetSize() == (4, 4, 5)
    assert small.GetSpacing() == (2.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("interpolation", "values"), [("linear", {0.5}), ("nearest", {0, 1})]
)
def test_the_interpolation_is_the_one_named(interpolation, values):
    stripes = np.tile([0.0, 1.0], (4, 4, 2))
    small = scaled_on_grid(
        image_of(stripes),
        np.ones((4, 4, 4), bool),
        percentiles=[0, 100],
        over="brain",
        spacing=2.0,
        interpolation=interpolation,
    )
    assert small.shape == (2, 2, 2)
    assert set(small.ravel().tolist()) <= values


@pytest.mark.parametrize("stored", ["LPS", "RAS", "PIR", "ASL"])
def test_the_axes_are_read_from_the_direction(stored):
    image = sitk.DICOMOrient(image_of(np.ones((2, 3, 4))), stored)
    assert axes_of(image) == stored[::-1]


def test_resampled_labels_stay_labels():
    mask = np.zeros((6, 6, 6))
    mask[2:4, 2:4, 2:4] = 4
    small = sitk.GetArrayFromImage(resample(image_of(mask), 1.5, labels=True))
    assert set(np.unique(small)) == {0, 4}


def test_equal_spacing_gives_the_image_back():
    image = image_of(np.ones((2, 2, 2)))
    assert resample(image, 1.0, labels=False) is image


@pytest.mark.parametrize(
    ("size", "shape", "centre", "expected"),
    [
        (5, 3, 2, [1, 2, 3]),
        (5, 7, 2, [0, 0, 1, 2, 3, 4, 0]),
        (5, 3, 0, [0, 0, 1]),
        (4, 2, 1.5, [1, 2]),
        (3, 2, 9, [0, 0]),
    ],
)
def test_cropping_and_padding_put_the_centre_in_the_middle(
    size, shape, centre, expected
):
    assert crop_or_pad(np.arange(size), [shape], [centre]).tolist() == expected


def test_cropping_leaves_the_first_axes_alone():
    array = np.arange(24).reshape(2, 3, 4)
    assert crop_or_pad(array, [2], [1.5]).tolist() == array[:, :, 1:3].tolist()


def test_centre_of_box():
    mask = np.zeros((5, 6), bool)
    mask[1, 2] = mask[3, 5] = True
    assert centre_of_box(mask).tolist() == [2, 3.5]


def test_bytes_round():
    assert to_bytes(np.array([0, 0.5, 1])).tolist() == [0, 128, 255]


def test_a_head_stored_in_another_orientation_comes_to_the_canonical_frame(tmp_path):
    array = np.zeros((3, 4, 5), np.float32)  # slices, rows, columns of the LPS frame
    array[0, 1, 2] = 7
    stored = sitk.DICOMOrient(volume_like(array, image_of(array)), "PSR")
    assert stored.GetSize() == (4, 3, 5)
    sitk.WriteImage(stored, str(tmp_path / "x.nii.gz"))
    image = read_volume(tmp_path / "x.nii.gz")
    assert sitk.GetArrayFromImage(image)[0, 1, 2] == 7
    assert np.allclose(image.GetDirection(), np.eye(3).ravel())
