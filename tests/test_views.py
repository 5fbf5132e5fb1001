import pytest
import torch

from regrade.augmentation import centre_crop
from regrade.views import present, scoring_view, training_view

torch.set_num_threads(1)  # threads that wait for each other cost more than they do
PLAIN = {"mode": "eval", "augmented": False, "epochs": "last"}
FEW = {
    "augmentation": {
        "classes": ["LGG"],
        "interpolation": "linear",
        "flip_left_right": 1,
    },
    "crop": 2,
    "values": [0, 1],
    "evaluation": PLAIN,
}


def test_only_the_named_classes_are_augmented_and_the_others_cropped():
    images = torch.rand(3, 2, 4, 4)
    view = training_view(FEW, ["LGG", "HGG"])
    shown = view(images.clone(), torch.tensor([1, 0, 1]), torch.Generator())
    middle = centre_crop(images, 2)
    assert torch.equal(shown[[0, 2]], middle[[0, 2]])
    assert torch.equal(shown[1], middle[1].flip(-1))


def test_only_the_named_classes_are_magnified():
    ramps = torch.arange(6.0).expand(2, 1, 6, 6)
    settings = FEW | {
        "augmentation": {"classes": ["LGG"]},
        "crop": 3,
        "magnification": {"classes": ["LGG"], "resized": 12, "centre": 4},
    }
    view = training_view(settings, ["LGG", "HGG"])
    large, plain = view(ramps, torch.tensor([0, 1]), torch.Generator())
    assert torch.allclose(large.diff(dim=-1), torch.tensor(0.5))
    assert torch.allclose(plain.diff(dim=-1), torch.tensor(1.0))


def test_both_classes_may_be_magnified_and_one_of_them_augmented():  # 3A-9
    ramps = torch.arange(6.0).expand(2, 1, 6, 6)
    settings = FEW | {
        "crop": 3,
        "magnification": {"classes": ["LGG", "HGG"], "resized": 12, "centre": 3},
    }
    view = training_view(settings, ["LGG", "HGG"])
    shown = view(ramps, torch.tensor([0, 1]), torch.Generator())
    assert torch.allclose(shown.diff(dim=-1)[0], torch.tensor(-0.5))  # flipped
    assert torch.allclose(shown.diff(dim=-1)[1], torch.tensor(0.5))


VOLUMES = {
    "augmentation": {
        "classes": ["LGG", "HGG"],
        "interpolation": "linear",
        "flip_left_right": 1,
    },
    "axis": "axial",
    "values": [0, 1],
    "evaluation": PLAIN,
}


def test_volumes_are_augmented_whole():
    volumes = torch.rand(2, 1, 2, 3, 4)
    view = training_view(VOLUMES, ["LGG", "HGG"])
    shown = view(volumes.clone(), torch.tensor([0, 1]), torch.Generator())
    assert torch.equal(shown, volumes.flip(-1))


def test_left_and_right_are_flipped_whatever_the_axis():
    volumes = torch.rand(1, 1, 2, 3, 4)
    view = training_view(VOLUMES | {"axis": "sagittal"}, ["LGG", "HGG"])
    shown = view(volumes.clone(), torch.tensor([0]), torch.Generator())
    assert shown.shape == (1, 1, 4, 3, 2)
    assert torch.equal(shown, volumes.flip(-1).permute(0, 1, 4, 3, 2))


@pytest.mark.parametrize(
    ("axis", "first"), [("axial", -3), ("coronal", -2), ("sagittal", -1)]
)
def test_the_named_slices_come_first(axis, first):
    volumes = torch.rand(2, 1, 2, 3, 4)
    shown = present(volumes, VOLUMES | {"axis": axis})
    for n in range(volumes.shape[first]):
        values = volumes.select(first, n).flatten().sort().values
        assert torch.equal(shown[:, :, n].flatten().sort().values, values)


def test_values_are_brought_to_their_range():
    shown = present(torch.tensor([[[0.0, 0.5, 1.0]]]), {"values": [0.05, 99.5]})
    assert shown.flatten().tolist() == pytest.approx([0.05, 49.775, 99.5])


def test_scored_subjects_are_augmented_only_where_the_settings_say_so():
    volumes, labels = torch.rand(2, 1, 2, 3, 4), torch.tensor([0, 1])
    plain = scoring_view(VOLUMES, ["LGG", "HGG"])(volumes, labels, torch.Generator())
    assert torch.equal(plain, volumes)
    settings = VOLUMES | {"evaluation": PLAIN | {"augmented": True}}
    view = scoring_view(settings, ["LGG", "HGG"])
    assert torch.equal(view(volumes, labels, torch.Generator()), volumes.flip(-1))


@pytest.mark.parametrize(
    "artefact",
    [
        {"elastic": {"probability": 1, "points": 7, "voxels": 2}},
        {"motion": {"probability": 1, "movements": 2, "degrees": 9, "voxels": 2}},
        {"ghosting": {"probability": 1, "ghosts": [2, 3], "intensity": [0.5, 1]}},
        {"spike": {"probability": 1, "intensity": [1, 2]}},
    ],
)
def test_heavy_augmentation_changes_some_images_and_no_others(artefact):
    volumes = torch.rand(2, 1, 8, 9, 10)
    (name, rule), *_ = artefact.items()
    light = {"classes": ["LGG"], "interpolation": "linear"}
    shown = []
    for probability in (0, 1):
        heavy = light | {name: rule | {"probability": probability}}
        view = training_view(VOLUMES | {"augmentation": heavy}, ["LGG", "HGG"])
        shown.append(view(volumes.clone(), torch.tensor([0, 1]), torch.Generator()))
    assert torch.equal(shown[0], volumes)
    assert torch.equal(shown[1][1], volumes[1])
    assert (shown[1][0] - volumes[0]).abs().mean() > 0.001
    assert shown[1].dtype == torch.float32


def test_no_class_may_be_augmented():
    settings = FEW | {"augmentation": {"classes": []}}
    images = torch.rand(2, 1, 4, 4)
    shown = training_view(settings, ["LGG", "HGG"])(
        images, torch.tensor([0, 1]), torch.Generator()
    )
    assert torch.equal(shown, centre_crop(images, 2))
