"""Self tests that stop a run, and what they would stop."""

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import torch

from prepare_volumes import KEYS, prepare_subjects
from regrade.guards import check_axis, check_plain, check_roles, check_weights_act
from regrade.packing import write_array
from regrade.training import Items, cancelled_loss, weighted_loss
from regrade.views import ORDERS, plain_view, scoring_view, training_view

CPU = torch.device("cpu")
WEIGHTS = torch.tensor([0.8765, 0.5618, 0.5618])
SETTINGS = {
    "axis": "axial",
    "values": [0, 1],
    "augmentation": {
        "classes": ["LGG"],
        "interpolation": "linear",
        "flip_left_right": 1,
    },
    "evaluation": {"mode": "eval", "augmented": False, "epochs": "last"},
}


def test_weights_that_cancel_at_batch_size_one_are_refused():  # 3B-8
    with pytest.raises(ValueError, match="as it is at a batch size of 1, so that they"):
        check_weights_act(cancelled_loss, WEIGHTS, 1)


@pytest.mark.parametrize(
    ("loss", "weights", "batch_size"),
    [
        (weighted_loss, WEIGHTS, 1),
        (weighted_loss, WEIGHTS, 8),
        (cancelled_loss, WEIGHTS, 8),  # cancel at 1 only
        (cancelled_loss, torch.ones(3), 1),  # nobody asked for weights
        (weighted_loss, torch.full((3,), 2 / 3), 1),
    ],
)
def test_weights_that_act_pass(loss, weights, batch_size):
    check_weights_act(loss, weights, batch_size)


def test_scored_subjects_that_would_be_augmented_are_refused():
    images, labels = torch.rand(1, 1, 2, 3, 4), torch.tensor([0])
    check_plain(scoring_view(SETTINGS, ["LGG"]), images, labels, SETTINGS)
    with pytest.raises(ValueError, match="would be augmented, though the settings"):
        check_plain(training_view(SETTINGS, ["LGG"]), images, labels, SETTINGS)
    as_coded = SETTINGS | {"evaluation": {"augmented": True}}
    check_plain(training_view(as_coded, ["LGG"]), images, labels, as_coded)


def test_learning_from_scored_subjects_is_refused():
    roles = pd.array(["train", "test", "validation", None], dtype="string")
    table = pd.DataFrame({"subject": list("abcd"), "role": roles})
    check_roles(table, torch.tensor([0, 0]))
    with pytest.raises(ValueError, match=r"learn from \['b', 'c', 'd'\], who are not"):
        check_roles(table, torch.tensor([0, 1, 2, 3]))


@pytest.mark.parametrize("axes", ["SPL", "IAR"])
@pytest.mark.parametrize("axis", ORDERS)
def test_canonical_volumes_have_the_axis_named(axes, axis):
    check_axis(axes, {"axis": axis})


def test_a_pseudo_time_that_is_not_the_axis_named_is_refused():  # B-15
    with pytest.raises(ValueError, match="`axis: axial`, but the network would get L"):
        check_axis("LPS", {"axis": "axial"})
    with pytest.raises(ValueError, match="`axis: sagittal`, but the network would get"):
        check_axis("LPS", {"axis": "sagittal"})
    check_axis("LPS", {"axis": "coronal"})


def test_volumes_need_an_axis_and_slices_have_none():
    check_axis(None, {})
    with pytest.raises(ValueError, match="volumes need the key `axis`"):
        check_axis("SPL", {})
    with pytest.raises(ValueError, match="slices must not have it"):
        check_axis(None, {"axis": "axial"})


@pytest.mark.parametrize("stored", ["LPS", "RAS", "PIR", "ASL"])
@pytest.mark.parametrize(
    ("axis", "letter"), [("axial", "S"), ("coronal", "P"), ("sagittal", "L")]
)
def test_the_axis_that_a_network_gets_is_the_one_named(tmp_path, stored, axis, letter):
    """From files, in whatever order they store their voxels, to a batch.

    The volume grows brighter to where the letter points, by the affine; so must the
    batch along its first axis, and along no other.
    """
    ramp = np.moveaxis(
        np.tile(np.arange(1.0, 7), (6, 6, 1)), -1, "SPL".index(letter)
    ).astype(np.float32)
    image = sitk.DICOMOrient(sitk.GetImageFromArray(ramp), stored)
    for name in ("a_t1.nii.gz", "a_brain-mask.nii.gz"):
        sitk.WriteImage(image, str(tmp_path / name))
    subject = pd.Series({"subject": "a", "cohort": "one", "t1": "a_t1.nii.gz"})
    values = (["t1"], [0, 100], "brain", 1.0, "linear", [6, 6, 6], "brain", "brain")
    axes = []
    blocks = prepare_subjects(
        [subject],
        axes,
        str(tmp_path),
        str(tmp_path),
        **dict(zip(KEYS, values, strict=True)),
    )
    write_array(tmp_path / "array.npy", (1, 1, 6, 6, 6), blocks)
    check_axis(axes[0], {"axis": axis})
    array = torch.from_numpy(np.load(tmp_path / "array.npy"))
    items = Items(array, torch.zeros(1), None)
    (images,) = items.batch(torch.tensor([0]), CPU)
    shown = plain_view(images, SETTINGS | {"axis": axis})[0, 0]
    assert (shown.diff(dim=0) > 0.1).all()
    assert not shown.diff(dim=1).any()
    assert not shown.diff(dim=2).any()
