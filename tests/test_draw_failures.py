from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from draw_failures import best_slice, cut_failure, draw, frame_of, words_on
from regrade.plots import save

SETTINGS = {"percentiles": [0, 100], "over": "volume", "interpolation": "linear"}


@pytest.fixture
def folder(tmp_path):
    """Write a brain of 4 x 6 x 6 voxels, bright in one, and a tumour in slice 3."""
    brain = np.zeros((4, 6, 6), np.float32)
    brain[:, 1:5, 2:6] = 1
    image = brain.copy()
    image[3, 2, 3] = 2
    tumour = np.zeros_like(brain)
    tumour[3, 2, 3:5] = 4
    for name, array in (("flair", image), ("seg", tumour), ("brain", brain)):
        path = str(tmp_path / f"{name}.nii.gz")
        sitk.WriteImage(sitk.GetImageFromArray(array), path)
    return tmp_path


def frame(folder, mask="seg.nii.gz", **settings):
    subject = SimpleNamespace(subject="a", flair="flair.nii.gz", mask=mask)
    way = SETTINGS | {"spacing": 1.0, "contrast": "flair"} | settings
    return frame_of(subject, str(folder), folder / "brain.nii.gz", **way)


def test_a_volume_lies_around_its_brain(folder):
    pixels, tumour = frame(folder, shape=[4, 4, 4], middle="brain")
    assert (pixels > 0).all()
    assert np.argwhere(pixels == 1).tolist() == [[3, 1, 1]]
    assert np.argwhere(tumour).tolist() == [[3, 1, 1], [3, 1, 2]]


def test_slices_keep_the_middle_of_their_field(folder):
    pixels, tumour = frame(folder, shape=[4, 4], middle="field")
    assert pixels.shape == (4, 4, 4)
    assert np.argwhere(pixels == 1).tolist() == [[3, 1, 2]]
    assert np.argwhere(tumour).tolist() == [[3, 1, 2], [3, 1, 3]]


def test_a_healthy_brain_has_no_tumour_and_shows_its_middle_slice(folder):
    pixels, tumour = frame(folder, mask=None, shape=[4, 4, 4], middle="brain")
    assert not tumour.any()
    assert best_slice(tumour) == 2
    assert pixels.shape == tumour.shape


def test_the_slice_of_a_volume_is_that_of_its_largest_tumour(folder):
    pixels, tumour = frame(folder, shape=[4, 6, 6], middle="field")
    maps = np.arange(4.0)[:, None, None] * np.ones((4, 6, 6))
    picture = cut_failure(pixels, tumour, maps, 0)
    assert (picture["heat"] == 3).all()
    assert picture["pixels"].shape == picture["heat"].shape == (4, 4)
    assert np.argwhere(picture["tumour"]).tolist() == [[1, 1], [1, 2]]


def test_the_map_of_a_slice_lies_over_that_slice(folder):
    pixels, tumour = frame(folder, shape=[6, 6], middle="field")
    picture = cut_failure(pixels, tumour, np.ones((1, 6, 6)), 1)
    assert not picture["tumour"].any()
    assert (picture["pixels"] == 0.5).all()


ROW = {
    "subject": "<script>$x$</script>",
    "cohort": "brats2019",
    "truth": "LGG",
    "wrong": 3,
    "predictions": 4,
    "share": 0.75,
    "most_often": "HGG",
    "experiments": 2,
    "fold": 1,
    "seed": 5,
    "predicted": "healthy",
    "p": 0.5,
}


def test_what_is_said_of_a_failure():
    assert words_on(SimpleNamespace(**ROW)).split("\n") == [
        "<script>$x$</script>",
        "brats2019, true class: LGG",
        "wrong in 3 of 4 predictions (75%)",
        "most often HGG; models: 2",
        "",
        "Map: predicted healthy (0.50),",
        "fold 1, seed 5",
    ]


def test_a_map_of_a_right_prediction_says_so():
    words = words_on(SimpleNamespace(**ROW | {"predicted": ROW["truth"]}))
    assert "Map: predicted LGG (0.50), right," in words


def test_a_long_name_is_broken():
    words = words_on(SimpleNamespace(**ROW | {"subject": "x" * 200}))
    assert max(map(len, words.split("\n"))) <= 38


def test_a_row_a_subject(tmp_path):
    heat = np.full((4, 5), 0.5)
    one = {"pixels": np.ones((4, 5)), "tumour": heat > 0, "heat": heat}
    one["tumour"][0] = False
    two = one | {"tumour": np.zeros((4, 5), bool), "heat": 0 * heat}
    figure = draw(pd.DataFrame([ROW, ROW | {"subject": "b"}]), [one, two])
    (text, plain, explained, _, healthy, cold, *_) = figure.axes
    assert text.texts[0].get_text().startswith("<script>$x$</script>\nbrats2019")
    assert [len(a.images) for a in (plain, explained, healthy, cold)] == [1, 2, 1, 2]
    outlined = [len(a.collections) for a in (plain, explained, healthy, cold)]
    assert outlined == [1, 1, 0, 0]
    assert [a.get_xlabel() for a in (explained, cold)] == [
        "",
        "no heat in this slice",
    ]
    save(figure, "Failures", "demo", tmp_path / "figure.svg")
    assert "<script>" not in (tmp_path / "figure.svg").read_text()


def test_nobody_is_wrong():
    [words] = draw(pd.DataFrame(), []).texts
    assert words.get_text() == "No scored subject was given a wrong class."
