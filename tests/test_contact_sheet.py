import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from PIL import Image, ImageColor

from draw_contact_sheet import (
    BRAIN,
    TUMOUR,
    box_around,
    cuts,
    draw_chunk,
    draw_tile,
    middle,
    outline,
    shades,
    sizes,
)

COLUMNS = ["subject", "t1", "t1ce", "t2", "flair", "mask"]
SIZE = {"width": 120, "height": 40, "margin": 2.0}


def empty():
    return np.zeros((12, 10, 10), bool)


def block(*sides):
    mask = empty()
    mask[tuple(slice(low, high) for low, high in sides)] = True
    return mask


def head():
    """Give a head of intensity 50, brighter to the patient's left; slices of 2 mm."""
    array = np.zeros((12, 10, 10), np.float32)
    array[2:10, 2:8, 2:8] = 50 + np.arange(6)
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1, 1, 2))
    return image


def has_colour(tile, colour):
    return (np.asarray(tile) == ImageColor.getrgb(colour)).all(axis=2).any()


def test_the_middle_lies_in_the_mask_on_each_axis():
    mask = block((0, 2), (0, 2), (0, 2)) | block((9, 12), (7, 10), (7, 10))
    voxel = middle(mask)
    assert all(cut.any() for cut in cuts(mask, voxel))
    assert middle(block((2, 5), (3, 4), (0, 10))) == [3, 3, 4]


def test_the_box_ends_with_the_image():
    box = box_around(block((1, 3), (4, 6), (8, 10)), np.array([2.0, 1.0, 3.0]))
    assert empty()[box].shape == (5, 4, 5)
    assert box[0].start == 0


def test_cuts_show_the_right_on_the_left_and_the_top_up():
    array = np.zeros((3, 3, 3))
    array[2, 1, 1], array[1, 0, 1], array[1, 1, 0] = 1, 2, 3  # top, front, right
    axial, coronal, sagittal = cuts(array, [1, 1, 1])
    assert (axial[0, 1], axial[1, 0]) == (2, 3)
    assert (coronal[0, 1], coronal[1, 0]) == (1, 3)
    assert (sagittal[0, 1], sagittal[1, 0]) == (1, 2)


def test_sizes_are_those_of_the_body_not_of_the_voxels():
    shape, spacing = (10, 20, 30), np.array([5.0, 2.0, 1.0])
    # 50 mm up, 40 mm back, 30 mm across: 100 mm side by side
    assert sizes(shape, spacing, width=200, height=500) == [
        (60, 80),
        (60, 100),
        (80, 100),
    ]
    assert sizes(shape, spacing, width=999, height=50) == [(30, 40), (30, 50), (40, 50)]


def test_an_outline_is_one_pixel_wide():
    mask = np.zeros((10, 10), bool)
    mask[2:8, 2:8] = True
    edge = np.asarray(outline(mask, (10, 10))) > 0
    assert edge.sum() == 6 * 6 - 4 * 4
    assert not edge[3:7, 3:7].any()


def test_shades_are_those_of_the_brain():
    array = np.full((12, 10, 10), 1000.0)
    brain = block((2, 10), (2, 8), (2, 8))
    array[brain] = np.linspace(0, 100, brain.sum())
    axial, *_ = shades(array, brain, [6, 5, 5])
    assert axial[0, 0] == 255
    assert 0 < axial[5, 5] < 255


def test_an_image_of_one_value_has_shades():
    assert not np.any(shades(np.ones((3, 3, 3)), np.ones((3, 3, 3), bool), [1, 1, 1]))


def test_a_tile_has_both_outlines():
    brain, tumour = block((2, 10), (2, 8), (2, 8)), block((4, 8), (4, 7), (4, 7))
    tile = draw_tile(head(), brain, tumour, **SIZE)
    assert tile.size == (120, 40)
    assert has_colour(tile, BRAIN)
    assert has_colour(tile, TUMOUR)


def test_a_tile_without_masks_shows_the_whole_image():
    tile = draw_tile(head(), empty(), empty(), **SIZE)
    assert not has_colour(tile, BRAIN)
    assert not has_colour(tile, TUMOUR)
    assert np.asarray(tile).any()


@pytest.fixture
def cohort(tmp_path):
    """Draw a head stored P-S-R, as IXI is, and one whose brain was not found."""
    stored = sitk.DICOMOrient(head(), "PSR")
    for name in ("A", "B"):
        sitk.WriteImage(stored, str(tmp_path / f"{name}.nii.gz"))
    brain = sitk.GetImageFromArray(block((2, 10), (2, 8), (2, 8)).astype(np.uint8))
    brain.CopyInformation(head())
    (tmp_path / "masks").mkdir()
    mask = sitk.DICOMOrient(brain, "PSR")
    sitk.WriteImage(mask, str(tmp_path / "masks/A_brain-mask.nii.gz"))
    rows = [(name, pd.NA, pd.NA, f"{name}.nii.gz", pd.NA, pd.NA) for name in "AB"]
    table = pd.DataFrame(rows, columns=COLUMNS)
    draw_chunk(
        table, tmp_path, tmp_path / "masks", tmp_path / "sheet", quality=95, **SIZE
    )
    return tmp_path / "sheet"


def test_each_subject_has_a_file(cohort):
    assert sorted(path.name for path in cohort.iterdir()) == ["A.jpg", "B.jpg"]
    assert {Image.open(path).size for path in cohort.iterdir()} == {(120, 40)}


def test_what_is_stored_otherwise_is_turned(cohort):
    axial = np.asarray(Image.open(cohort / "A.jpg").convert("L")).astype(int)[20, :25]
    inside = np.flatnonzero(axial > 0)
    left, right = axial[inside[4]], axial[inside[-5]]
    assert left < right  # brighter to the patient's left, which is on the right


def test_only_a_brain_that_was_found_is_outlined(cohort):
    def colours(name):
        return np.ptp(np.asarray(Image.open(cohort / name)).astype(int), axis=2).max()

    assert colours("A.jpg") > 60
    assert colours("B.jpg") < 10


def test_a_real_head_is_small_and_outlined(real_data, tmp_path):
    name = "IXI012-HH-1211"
    (tmp_path / "masks").mkdir()
    mask = real_data / f"IXI-brain-masks/{name}-brain-mask.nii.gz"
    (tmp_path / f"masks/{name}_brain-mask.nii.gz").symlink_to(mask)
    rows = [(name, f"IXI-T1/{name}-T1.nii.gz", *[pd.NA] * 4)]
    draw_chunk(
        pd.DataFrame(rows, columns=COLUMNS),
        real_data,
        tmp_path / "masks",
        tmp_path / "sheet",
        quality=60,
        width=300,
        height=112,
        margin=15,
    )
    tile = tmp_path / f"sheet/{name}.jpg"
    assert 3_000 < tile.stat().st_size < 10_000
    assert np.ptp(np.asarray(Image.open(tile)).astype(int), axis=2).max() > 60
