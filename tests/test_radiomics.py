from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import yaml

from collect_radiomics import collect
from extract_radiomics import measure_chunk, shape_features

ROOT = Path(__file__).parents[1]
RADIUS = 10.5
# The baseline is of version 2.0.1, whose surface mesh of brain1 is a little other.
MESHED = {"MeshVolume", "SurfaceArea", "SurfaceVolumeRatio", "Sphericity"}


@pytest.fixture(scope="module")
def features() -> list[str]:
    study = (ROOT / "workflow/studies/zeng2024.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(study)["radiomics"]["features"]


def ball() -> np.ndarray:
    """Give a mask of 27 x 27 x 27 voxels."""
    places = np.indices((27, 27, 27)) - 13
    return ((places**2).sum(axis=0) <= RADIUS**2).astype(np.uint8)


def mask_of(array: np.ndarray, spacing: float) -> sitk.Image:
    mask = sitk.GetImageFromArray(array)
    mask.SetSpacing([spacing] * 3)
    return mask


def test_a_ball_has_the_shape_of_a_ball(features):
    shape = shape_features(mask_of(ball(), 1), features)
    assert list(shape) == features
    assert len(shape) == 14
    assert shape["VoxelVolume"] == ball().sum()
    assert shape["MeshVolume"] == pytest.approx(4 / 3 * np.pi * RADIUS**3, rel=0.02)
    for name in ("3DDiameter", "2DDiameterSlice", "2DDiameterRow", "2DDiameterColumn"):
        assert shape[f"Maximum{name}"] == pytest.approx(2 * RADIUS, abs=1)
    assert shape["Elongation"] == pytest.approx(1)
    assert shape["Flatness"] == pytest.approx(1)
    assert 0.9 < shape["Sphericity"] < 1


def test_features_are_in_millimetres(features):
    one = shape_features(mask_of(ball(), 1), features)
    two = shape_features(mask_of(ball(), 2), features)
    assert two["VoxelVolume"] == pytest.approx(8 * one["VoxelVolume"])
    assert two["SurfaceArea"] == pytest.approx(4 * one["SurfaceArea"])
    assert two["MajorAxisLength"] == pytest.approx(2 * one["MajorAxisLength"])
    assert two["SurfaceVolumeRatio"] == pytest.approx(one["SurfaceVolumeRatio"] / 2)


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_all_labels_are_one_tumour(features, kind):
    labelled = ball()
    labelled[:, :9] *= 2
    labelled[:, 18:] *= 4
    assert set(np.unique(labelled)) == {0, 1, 2, 4}
    one = shape_features(mask_of(ball(), 1), features)
    assert shape_features(mask_of(labelled.astype(kind), 1), features) == one


def test_chunks_come_together():
    tables = [
        pd.DataFrame({"subject": ["a"], "Flatness": [0.5]}),
        pd.DataFrame({"subject": ["b"], "Flatness": [0.6]}),
    ]
    assert collect(tables)["subject"].tolist() == ["a", "b"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_by_name(value):
    table = pd.DataFrame({"subject": ["a", "b"], "Flatness": [0.5, value]})
    with pytest.raises(ValueError, match="Shape features of b are not finite"):
        collect([table])


@pytest.mark.parametrize("case", ["brain1", "brain2"])
def test_the_baseline_of_pyradiomics(real_data, features, case):
    folder = real_data / "pyradiomics"
    baseline = pd.read_csv(folder / "baseline_shape.csv", index_col="featureName")[case]
    mask = sitk.ReadImage(str(folder / f"{case}_label.nrrd"))
    for name, value in shape_features(mask, features).items():
        expected = float(baseline[f"original_shape_{name}"])
        near = 1e-3 if name in MESHED else 1e-6
        assert value == pytest.approx(expected, rel=near), name


@pytest.mark.parametrize(
    "case", ["HGG/BraTS19_TCIA01_378_1", "LGG/BraTS19_TCIA10_628_1"]
)
def test_the_volume_of_real_tumours(real_data, case):
    folder = real_data / "MICCAI_BraTS_2019_Data_Training"
    path = f"{case}/{case[4:]}_seg.nii.gz"
    subjects = pd.DataFrame({"subject": [case[4:]], "cohort": "x", "mask": [path]})
    table = measure_chunk(
        list(subjects.itertuples(index=False)), folder, ["VoxelVolume"]
    )
    mask = nib.load(folder / path)
    voxels = np.count_nonzero(np.asanyarray(mask.dataobj))
    volume = voxels * np.prod(mask.header.get_zooms())
    assert table["VoxelVolume"].tolist() == pytest.approx([volume])
