import numpy as np
import pandas as pd
import pytest

from regrade.examples import typical_examples, words_on
from regrade.plots import save
from regrade.tables import write_table
from zeng2024_figure_5 import figure_5
from zeng2024_figure_5_checks import figure_5_checks

CLASSES = ["LGG", "HGG"]
CONTRASTS = ["t1", "t2", "t1ce", "flair"]
EXPLANATIONS = pd.DataFrame(
    [
        ("h", "HGG", "tumour", "HGG", 0.9, 0.5, 0.1),
        ("l", "LGG", "tumour", "HGG", 0.6, np.nan, 0.2),
        ("h", "HGG", "brain", "HGG", 0.8, 0.25, 0.1),
        ("l", "LGG", "brain", "LGG", 0.7, 0.75, 0.2),
    ],
    columns=[
        "subject",
        "truth",
        "picture",
        "predicted",
        "p",
        "share_inside",
        "share_of_mask",
    ],
)
RANDOMISATION = pd.DataFrame(
    {
        "stage": ["fc", "conv1"] * 2,
        "picture": ["tumour"] * 2 + ["brain"] * 2,
        "maps": 2,
        "median": [0.9, 0.1, 0.8, 0.0],
        "low": -0.2,
        "high": 1.0,
    }
)


@pytest.fixture
def files(tmp_path) -> dict:
    """Write three examples, two HGG first, on 8 x 9 pixels of which 4 x 4 are seen."""
    names = ("array.npy", "tumours.npy", "maps.npy", "contents.csv")
    paths = {name.split(".")[0]: str(tmp_path / name) for name in names}
    table = pd.DataFrame({"subject": ["h", "i", "l"], "class": ["HGG", "HGG", "LGG"]})
    write_table(table.assign(slice=1, area=2.0), paths["contents"], "examples")
    pictures = np.zeros((3, 2, 4, 8, 9), np.uint8)
    pictures[:, 1, :, 3, 1:5] = [[[10]], [[20]], [[30]]]
    np.save(paths["array"], pictures)
    tumours = np.zeros((3, 8, 9), bool)
    tumours[:, 3:5, 3:5] = True
    np.save(paths["tumours"], tumours)
    maps = np.full((3, 3, 2, 8, 9), np.nan, np.float16)
    maps[..., 2:6, 2:6] = np.linspace(0, 1, 18).reshape(3, 3, 2, 1, 1)
    np.save(paths["maps"], maps)
    return paths


def test_the_first_example_of_each_class_is_shown_where_there_is_something(files):
    examples = typical_examples(files, CLASSES)
    assert [example["subject"] for example in examples.values()] == ["l", "h"]
    assert examples["HGG"]["pictures"].max() == 10
    assert examples["LGG"]["pictures"].max() == 30
    # Rows 2 to 5 are seen; columns 1 to 5 show brain, or are seen.
    expected = np.zeros((4, 5), bool)
    expected[1:3, 2:4] = True
    assert (examples["LGG"]["tumour"] == expected).all()
    assert examples["LGG"]["maps"].shape == (3, 2, 4, 5)
    expected = np.linspace(0, 1, 18).reshape(3, 3, 2)[:, 2]
    assert np.nanmax(examples["LGG"]["maps"], axis=(2, 3)) == pytest.approx(
        expected, abs=1e-3
    )


def test_a_class_without_examples_is_not_shown(files):
    assert list(typical_examples(files, ["healthy", "HGG"])) == ["HGG"]


def test_what_is_said_of_a_map():
    assert words_on(EXPLANATIONS, "h", "brain") == (
        "predicted HGG (0.80)\nin tumour: 25% of heat,\n10% of area"
    )
    assert "in tumour: no heat,\n20% of area" in words_on(EXPLANATIONS, "l", "tumour")


def test_figure_5_lays_each_map_over_four_contrasts(files, tmp_path):
    examples = typical_examples(files, CLASSES)
    figure = figure_5(examples, EXPLANATIONS, CONTRASTS)
    panels = [axes for axes in figure.axes if len(axes.images) == 2]
    assert len(panels) == 16
    assert [axes.get_title() for axes in panels[:4]] == ["T1", "T2", "T1-Gd", "FLAIR"]
    labels = [axes.get_ylabel().split("\n")[0] for axes in panels[::4]]
    assert labels == [
        "(A) LGG, whole brain",
        "(A) LGG, tumour alone",
        "(B) HGG, whole brain",
        "(B) HGG, tumour alone",
    ]
    shown = [np.nanmax(axes.images[1].get_array()) for axes in panels[::4]]
    trained = np.linspace(0, 1, 18).reshape(3, 3, 2)[0]
    expected = [trained[2, 1], trained[2, 0], trained[0, 1], trained[0, 0]]
    assert shown == pytest.approx(expected, abs=1e-3)
    assert [axes.images[0].get_array().max() for axes in panels[::4]] == [30, 0, 10, 0]
    outlines = [axes.collections[0].get_paths() for axes in panels]
    # Half-way between the pixels of the tumour, which are 1 and 2 down, 2 and 3 across.
    for (outline,) in outlines:
        assert outline.get_extents().extents.tolist() == [1.5, 0.5, 3.5, 2.5]
    save(figure, "title", "demo", tmp_path / "figure.svg")
    assert "<svg" in (tmp_path / "figure.svg").read_text()


def test_the_checks_show_every_stage_and_the_medians(files, tmp_path):
    examples = typical_examples(files, CLASSES)
    figure = figure_5_checks(examples, EXPLANATIONS, RANDOMISATION)
    panels = [axes for axes in figure.axes if len(axes.images) == 2]
    assert len(panels) == 4 * 3
    assert [axes.get_title() for axes in panels[:3]] == ["trained", "fc", "conv1"]
    shown = [np.nanmax(axes.images[1].get_array()) for axes in panels[6:9]]
    heat = np.linspace(0, 1, 18).reshape(3, 3, 2)
    assert shown == pytest.approx(heat[:, 0, 0], abs=1e-3)  # HGG, tumour alone
    shown = [np.nanmax(axes.images[1].get_array()) for axes in panels[9:]]
    assert shown == pytest.approx(heat[:, 0, 1], abs=1e-3)
    left, right = (a for a in figure.axes if a.get_legend() is not None)
    assert list(left.lines[0].get_ydata()) == [0.9, 0.1]
    assert list(left.lines[1].get_ydata()) == [0.8, 0.0]
    words = [text.get_text() for text in right.get_legend().get_texts()]
    assert words == ["tumour alone, median 50%", "whole brain, median 50%", "chance"]
    assert list(right.lines[1].get_xdata()) == [0.1, 0.2]
    assert list(right.lines[1].get_ydata()) == [0.25, 0.75]
    save(figure, "title", "", tmp_path / "figure.svg")
    assert "<svg" in (tmp_path / "figure.svg").read_text()
