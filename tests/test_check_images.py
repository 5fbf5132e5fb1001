"""Bad images become sentences, good ones a fingerprint."""

import gzip
import os
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from check_images import check_images
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
    subject = {"subject": "case", **images}
    return pd.DataFrame([subject]).reindex(
        columns=list(load_schema("found")["columns"])
    )


def check(folder: Path) -> pd.Series:
    images = {"t1": "t1.nii.gz", "flair": "flair.nii.gz", "mask": "mask.nii.gz"}
    checks = check_images(found(**images), folder)
    write_table(checks, folder / "checks.csv", "checks")
    return checks.iloc[0]


def test_good_subject_has_no_problem_and_a_fingerprint(folder):
    row = check(folder)
    assert not row["left_out"] and row["problem"] is None
    assert len(row["content"]) == 64


def test_fingerprint_is_of_the_voxels_not_of_the_file(folder):
    original = check_images(found(t1="t1.nii.gz"), folder)["content"].item()
    save(folder / "copy.nii", ramp().astype(np.float32), np.eye(4))
    assert check_images(found(t1="copy.nii"), folder)["content"].item() == original
    other = check_images(found(t1="flair.nii.gz"), folder)["content"].item()
    assert other != original


def test_fingerprint_is_of_the_first_image_there_is(folder):
    first = check_images(found(flair="flair.nii.gz", mask="mask.nii.gz"), folder)
    alone = check_images(found(t1="flair.nii.gz"), folder)
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
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("<html>Please log in</html>"),
        lambda path: path.write_bytes(gzip.compress(b"no image" * 100)),
        lambda path: path.unlink(),
    ],
    ids=["truncated", "damaged", "zero bytes", "html", "no image", "gone"],
)
def test_unreadable_file_is_a_sentence(folder, spoil):
    spoil(folder / "flair.nii.gz")
    row = check(folder)
    assert row["left_out"]
    assert row["problem"].startswith("flair cannot be read (")


def test_truncated_uncompressed_file_is_a_sentence(folder):
    save(folder / "t1.nii", ramp())
    (folder / "t1.nii").write_bytes((folder / "t1.nii").read_bytes()[:-10])
    row = check_images(found(t1="t1.nii"), folder).iloc[0]
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
    assert problem == "mask has the label 3, but (0, 1, 2, 4) are known."


def test_labels_may_be_rounded(folder):
    save(folder / "mask.nii.gz", tumour().astype(np.float32) * np.float32(0.9999999))
    assert not check(folder)["left_out"]


def test_table_without_images_has_nothing_to_check(tmp_path):
    row = check_images(found(), tmp_path).iloc[0]
    assert not row["left_out"] and row["content"] is None


def test_empty_chunk_is_an_empty_table(tmp_path):
    checks = check_images(found().iloc[1::2], tmp_path)
    write_table(checks, tmp_path / "checks.csv", "checks")
    assert checks.empty


@pytest.mark.skipif(REAL is None, reason="REGRADE_DATA names no folder of real data")
def test_real_sample_is_sound():
    folder = Path(REAL) / "MICCAI_BraTS_2019_Data_Training"
    sample, _ = read_cohort(folder, cohort="brats2019", images=True)
    checks = check_images(sample.iloc[::5], folder)
    assert len(checks) == 3 and not checks["left_out"].any()
    assert checks["content"].is_unique
