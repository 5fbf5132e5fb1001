"""Bad images become sentences, good ones a fingerprint."""

import gzip
import os
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from check_cohort import Volume, check_cohort, largest_area
from read_cohort import read_cohort
from regrade.tables import load_schema, write_table

REAL = os.environ.get("REGRADE_DATA")
AFFINE = np.array(
    [[-1, 0, 0, 0], [0, -1, 0, 239], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=float
)
SHAPE = (8, 8, 6)


def save(path: Path, array: np.ndarray, affine: np.ndarray = AFFINE) -> None:
    nib.save(nib.Nifti1Image(array, affine), path)


def ramp() -> np.ndarray:
    return np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE)


def tumour() -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    mask[2:5, 2:5, 2:5] = 2
    mask[3, 3, 3] = 4
    return mask


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "t1.nii.gz", ramp())
    save(tmp_path / "flair.nii.gz", ramp()[::-1].copy())
    save(tmp_path / "mask.nii.gz", tumour())
    return tmp_path


def found(**images: str) -> pd.DataFrame:
    """One subject of the table `found`, as far as images go."""
    subject = {"subject": "case", "labels": "1 2 4", "skull": False, **images}
    return pd.DataFrame([subject]).reindex(
        columns=list(load_schema("found")["columns"])
    )


def check(folder: Path) -> pd.Series:
    images = {"t1": "t1.nii.gz", "flair": "flair.nii.gz", "mask": "mask.nii.gz"}
    checks = check_cohort(found(**images), folder)
    write_table(checks, folder / "checks.csv", "checks")
    return checks.iloc[0]


def test_good_subject_has_no_problem_and_a_fingerprint(folder):
    row = check(folder)
    assert not row["left_out"] and row["problem"] is None
    assert len(row["content"]) == 64


def test_fingerprint_is_of_the_voxels_not_of_the_file(folder):
    original = check_cohort(found(t1="t1.nii.gz"), folder)["content"].item()
    save(folder / "copy.nii", ramp().astype(np.float32), np.eye(4))
    assert check_cohort(found(t1="copy.nii"), folder)["content"].item() == original
    other = check_cohort(found(t1="flair.nii.gz"), folder)["content"].item()
    assert other != original


def test_fingerprint_is_of_the_first_image_there_is(folder):
    first = check_cohort(found(flair="flair.nii.gz", mask="mask.nii.gz"), folder)
    alone = check_cohort(found(t1="flair.nii.gz"), folder)
    assert first["content"].item() == alone["content"].item()


def truncate(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 1000, (16, 16, 16), np.int16)
    save(path, noise)
    path.write_bytes(path.read_bytes()[:4000])


def damage(path: Path) -> None:
    content = bytearray(gzip.compress(bytes(500)))
    content[12:14] = b"\xff\xff"
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "spoil",
    [
        truncate,
        damage,
        lambda path: path.write_text("<html>Please log in</html>"),
        lambda path: path.write_bytes(gzip.compress(b"no image" * 100)),
        lambda path: path.unlink(),
    ],
    ids=["truncated", "damaged", "html", "no image", "gone"],
)
def test_unreadable_file_is_a_sentence(folder, spoil):
    spoil(folder / "flair.nii.gz")
    row = check(folder)
    assert row["left_out"]
    assert row["problem"].startswith("flair cannot be read (")


def test_a_file_of_zero_bytes_is_called_empty(folder):
    (folder / "flair.nii.gz").write_bytes(b"")
    assert check(folder)["problem"] == "flair is an empty file (0 bytes)."


def test_truncated_uncompressed_file_is_a_sentence(folder):
    save(folder / "t1.nii", ramp())
    (folder / "t1.nii").write_bytes((folder / "t1.nii").read_bytes()[:-10])
    row = check_cohort(found(t1="t1.nii"), folder).iloc[0]
    assert row["problem"].startswith("t1 cannot be read (")
    assert row["content"] is None


def test_bad_voxels_are_named(folder):
    holed = ramp().astype(np.float32)
    holed[0, 0, :2] = np.nan, np.inf
    save(folder / "t1.nii.gz", holed)
    save(folder / "flair.nii.gz", np.full(SHAPE, 7, np.int16))
    assert check(folder)["problem"] == (
        "t1 has 2 voxels that are no numbers; flair is 7 everywhere."
    )


def test_four_dimensions_are_too_many(folder):
    save(folder / "flair.nii.gz", np.stack([ramp(), ramp()], axis=-1))
    assert check(folder)["problem"] == "flair has 4 dimensions instead of 3."


def test_other_shape_is_another_grid(folder):
    save(folder / "mask.nii.gz", tumour()[:, :, :5])
    assert check(folder)["problem"] == (
        "mask has shape (8, 8, 5), but the first image has (8, 8, 6)."
    )


@pytest.mark.parametrize(("shift", "bad"), [(5e-4, False), (0.5, True)])
def test_affine_may_differ_by_a_thousandth(folder, shift, bad):
    moved = AFFINE.copy()
    moved[0, 3] += shift
    save(folder / "mask.nii.gz", tumour(), moved)
    row = check(folder)
    assert row["left_out"] == bad
    assert (row["problem"] or "").startswith("mask lies elsewhere") == bad


def test_empty_mask(folder):
    save(folder / "mask.nii.gz", np.zeros(SHAPE, np.uint8))
    assert check(folder)["problem"] == "mask is empty."


def test_unknown_label(folder):
    mask = tumour()
    mask[0, 0, 0] = 3
    save(folder / "mask.nii.gz", mask)
    problem = check(folder)["problem"]
    assert problem == "mask has the label 3, but [0, 1, 2, 4] are known."


def test_labels_may_be_rounded(folder):
    save(folder / "mask.nii.gz", tumour().astype(np.float32) * np.float32(0.9999999))
    assert not check(folder)["left_out"]


def test_the_labels_are_those_of_the_cohort(folder):
    mask = np.where(tumour() == 4, 3, tumour()).astype(np.uint8)
    save(folder / "mask.nii.gz", mask)
    given = found(t1="t1.nii.gz", mask="mask.nii.gz")
    assert check_cohort(given, folder)["left_out"].item()
    assert not check_cohort(given.assign(labels="1 2 3"), folder)["left_out"].item()


@pytest.mark.parametrize("voxels", [np.s_[3, 3, 3], np.s_[3, 3, 1:5]])
def test_a_tumour_without_a_shape(folder, voxels):
    mask = np.zeros(SHAPE, np.uint8)
    mask[voxels] = 4
    save(folder / "mask.nii.gz", mask)
    problem = check(folder)["problem"]
    assert problem == f"mask is a single line or point of {(mask > 0).sum()} voxels."


@pytest.mark.parametrize("spacing", [0.001, 40.0])
def test_impossible_voxels(folder, spacing):
    save(folder / "t1.nii.gz", ramp(), np.diag([spacing, 1, 1, 1]))
    problem = check_cohort(found(t1="t1.nii.gz"), folder)["problem"].item()
    assert problem.startswith(f"t1 has voxels of {spacing:g} x 1 x 1 mm, but 0.2 to 10")


def test_an_affine_that_is_no_map(folder):
    image = nib.Nifti1Image(ramp(), None)
    image.header["sform_code"], image.header["srow_x"] = 1, [0, 0, 0, 0]
    nib.save(image, folder / "t1.nii")
    row = check_cohort(found(t1="t1.nii"), folder).iloc[0]
    assert row["left_out"]
    assert row["problem"] == "t1 has an affine that is no map of space."


def test_one_contrast_under_two_names(folder):
    save(folder / "flair.nii.gz", ramp())
    assert check(folder)["problem"] == "flair equals t1, voxel for voxel."


def test_a_tumour_beside_the_brain_is_a_doubt(folder):
    brain = ramp()
    brain[:4] = 0
    save(folder / "t1.nii.gz", brain)
    row = check(folder)
    assert not row["left_out"]
    assert row["problem"] == "67% of the tumour mask lies outside the brain."
    given = found(t1="t1.nii.gz", mask="mask.nii.gz").assign(skull=True)
    assert check_cohort(given, folder)["problem"].item() is None


def test_a_header_without_a_place_is_a_doubt(folder):
    nib.save(nib.Nifti1Image(ramp(), None), folder / "t1.nii.gz")
    row = check_cohort(found(t1="t1.nii.gz"), folder).iloc[0]
    assert not row["left_out"] and "does not say where it lies" in row["problem"]


def test_the_grid_is_in_words(folder):
    assert check(folder)["grid"] == "8x8x6, 1x1x1 mm, LPS"


def test_the_largest_area_is_that_of_an_axial_slice(folder):
    assert check(folder)["tumour_area"] == 9
    # The same volume stored with the axis to the top first, 2 mm along it.
    mask = np.zeros((6, 8, 8), np.uint8)
    mask[2, 2:5, 2:6] = 1
    mask[1:6, 3, 3] = 1
    affine = np.array([[0, -1, 0, 0], [0, 0, 3, 0], [2, 0, 0, 0], [0, 0, 0, 1.0]])
    assert largest_area(volume_of(folder, mask, affine)) == 12 * 3


def volume_of(folder: Path, array: np.ndarray, affine: np.ndarray) -> Volume:
    save(folder / "other.nii.gz", array, affine)
    return Volume(folder / "other.nii.gz")


def test_volumes_of_one_file_are_checked_one_by_one(folder):
    series = np.stack([ramp(), ramp()[::-1]], axis=-1)
    save(folder / "series.nii.gz", series)
    given = found(t1="series.nii.gz,2", flair="series.nii.gz,1")
    assert not check_cohort(given, folder)["left_out"].item()
    alone = check_cohort(found(t1="flair.nii.gz"), folder)
    assert check_cohort(given, folder)["content"].equals(alone["content"])
    missing = check_cohort(found(t1="series.nii.gz,3"), folder)["problem"].item()
    assert missing == "t1 is not there: series.nii.gz has fewer volumes."


def test_table_without_images_has_nothing_to_check(tmp_path):
    row = check_cohort(found(), tmp_path).iloc[0]
    assert not row["left_out"] and row["content"] is None


def test_empty_chunk_is_an_empty_table(tmp_path):
    checks = check_cohort(found().iloc[1::2], tmp_path)
    write_table(checks, tmp_path / "checks.csv", "checks")
    assert checks.empty


@pytest.mark.skipif(REAL is None, reason="REGRADE_DATA names no folder of real data")
def test_real_sample_is_sound():
    folder = Path(REAL) / "MICCAI_BraTS_2019_Data_Training"
    sample, _ = read_cohort(
        folder, cohort="brats2019", reader="brats2019", images=True, skull=None
    )
    checks = check_cohort(sample.iloc[::5], folder)
    assert len(checks) == 3 and not checks["left_out"].any()
    assert checks["content"].is_unique
