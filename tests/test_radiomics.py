from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import yaml

from collect_radiomics import collect
from extract_radiomics import measure_chunk, shape_features
from read_radiomics import read_radiomics

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
    assert collect(tables, pd.Series(["a", "b"]))["subject"].tolist() == ["a", "b"]


def test_of_a_table_that_two_cohorts_share_each_subject_of_the_study_has_a_row():
    shared = pd.DataFrame({"subject": ["a", "b", "c"], "Flatness": [0.5, 0.6, np.nan]})
    table = collect([shared, shared], pd.Series(["a", "b"]))
    assert table.to_numpy().tolist() == [["a", 0.5], ["b", 0.6]]


MEASURED = pd.DataFrame({"subject": ["007", "b"], "Flatness": ["0.5", "1e-1"]})


def read_flatness(table):
    return read_radiomics(table, path="x.csv", cohort="one", features=["Flatness"])


def test_a_table_made_elsewhere_is_read_with_other_columns_and_names_as_they_are():
    table = read_flatness(MEASURED.assign(reader="me"))
    assert table.to_numpy().tolist() == [["007", 0.5], ["b", 0.1]]
    assert list(table) == ["subject", "Flatness"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            MEASURED.rename(columns={"Flatness": "original_shape_Flatness"}),
            r"x.csv \(`cohorts.one.radiomics` in config.yaml\) lacks the columns "
            r"\['Flatness'\]; it has \['subject', 'original_shape_Flatness'\]",
        ),
        (
            MEASURED.rename(columns={"subject": "ID"}),
            r"lacks the columns \['subject'\]",
        ),
        (MEASURED.assign(subject="b"), r"more than one row for \['b'\]"),
        (MEASURED.assign(Flatness=["1", "0,5"]), "holds '0,5' for Flatness of b"),
        (MEASURED.assign(Flatness=["", "1"]), "holds '' for Flatness of 007"),
        (MEASURED.assign(Flatness=["inf", "1"]), "holds 'inf' for Flatness of 007"),
    ],
)
def test_a_table_made_elsewhere_that_does_not_fit_is_refused(table, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_flatness(table)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_by_name(value):
    table = pd.DataFrame({"subject": ["a", "b"], "Flatness": [0.5, value]})
    with pytest.raises(ValueError, match="Shape features of b are not finite"):
        collect([table], table["subject"])


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
