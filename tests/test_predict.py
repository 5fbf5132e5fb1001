import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from predict import by_subject, item_probabilities, predict
from regrade.tables import read_table, write_table
from regrade.training import Items
from train import train

torch.set_num_threads(1)  # threads that wait for each other cost more than they do

CPU = torch.device("cpu")
HARDWARE = {"device": "cpu", "precision": "float16"}
SETTINGS = {
    "network": {"name": "resnet50", "dropout": 0.1, "shape_features": True},
    "class_weights": "none",
    "crop": 32,
    "augmentation": {"classes": ["LGG"], "flip_left_right": 0.5},
    "copies": {"LGG": 2},
    "training": {"epochs": 1, "batch_size": 4},
    "optimizer": {
        "learning_rate": 0.001,
        "betas": [0.9, 0.99],
        "weight_decay": 0.0005,
    },
}


class Sums(nn.Module):
    """Give the logits 0 and the sum of an image."""

    def forward(self, images):
        sums = images.sum(dim=(1, 2, 3))
        return torch.stack([torch.zeros_like(sums), sums], dim=1)


def items_of(rows: list[tuple]) -> pd.DataFrame:
    columns = ["subject", "role", "truth", "p_LGG", "p_HGG"]
    return pd.DataFrame(rows, columns=columns)


def test_a_subject_has_the_mean_of_its_slices():
    """The mean logits of b would say HGG; of its slices, two in three say LGG."""
    subjects = by_subject(
        items_of(
            [
                ("b", "test", "HGG", 0.6, 0.4),
                ("a", "test", "LGG", 0.2, 0.8),
                ("b", "test", "HGG", 0.6, 0.4),
                ("b", "test", "HGG", 0.0, 1.0),
            ]
        ),
        ["LGG", "HGG"],
    )
    assert subjects["subject"].tolist() == ["b", "a"]
    assert subjects["p_LGG"].tolist() == pytest.approx([0.4, 0.2])
    assert subjects["p_HGG"].tolist() == pytest.approx([0.6, 0.8])
    assert subjects["predicted"].tolist() == ["HGG", "HGG"]
    assert subjects["truth"].tolist() == ["HGG", "LGG"]


def test_the_likeliest_of_three_classes_is_predicted():
    items = pd.DataFrame(
        {
            "subject": ["a", "b", "c", "d"],
            "role": "test",
            "truth": "LGG",
            "p_LGG": [0.5, 0.2, 0.1, 0.4],
            "p_HGG": [0.3, 0.5, 0.1, 0.2],
            "p_healthy": [0.2, 0.3, 0.8, 0.4],
        }
    )
    predicted = by_subject(items, ["LGG", "HGG", "healthy"])["predicted"]
    assert predicted.tolist() == ["LGG", "HGG", "healthy", "LGG"]  # a tie: the first


def test_probabilities_are_the_softmax_once():
    images = torch.tensor([0, 255, 51], dtype=torch.uint8).view(3, 1, 1, 1)
    probabilities = item_probabilities(
        Sums(),
        Items(images, torch.zeros(3), None),
        torch.tensor([2, 1, 0]),
        device=CPU,
        precision="float32",
        batch_size=2,
        crop=None,
    )
    expected = 1 / (1 + np.exp(-np.array([0.2, 1, 0])))
    assert probabilities[:, 1] == pytest.approx(expected)
    assert probabilities.sum(axis=1) == pytest.approx(1)


def test_only_the_middle_of_a_slice_is_seen():
    images = torch.full((1, 1, 3, 3), 255, dtype=torch.uint8)
    images[0, 0, 1, 1] = 0
    probabilities = item_probabilities(
        Sums(),
        Items(images, torch.zeros(1), None),
        torch.tensor([0]),
        device=CPU,
        precision="float32",
        batch_size=2,
        crop=1,
    )
    assert probabilities.tolist() == [[0.5, 0.5]]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict:
    """Write two slices each of four subjects; nobody gave ``e`` a role."""
    folder = tmp_path_factory.mktemp("fold")
    shape = (10, 1, 36, 36)
    np.save(
        folder / "array.npy", np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    )
    lines = [f"{subject},{n},\n" for subject in "eabcd" for n in (4, 7)]
    (folder / "contents.csv").write_text("subject,slice,area\n" + "".join(lines))
    (folder / "splits.csv").write_text(
        "subject,patient,class,source,fold,role\n"
        "a,a,LGG,x,0,train\nb,b,HGG,x,0,train\nc,c,LGG,x,0,test\nd,d,HGG,x,0,test\n"
    )
    (folder / "radiomics.csv").write_text(
        "subject,MeshVolume,Flatness\na,1000,0.5\nb,3000,0.5\nc,9,1\nd,9,1\ne,9,1\n"
    )
    return {
        "array": str(folder / "array.npy"),
        "weights": str(folder / "weights.pt"),
        **{n: str(folder / f"{n}.csv") for n in ("contents", "splits", "radiomics")},
    }


@pytest.fixture(scope="module")
def trained(files) -> tuple:
    training, cost = train(
        files,
        state=Path(files["weights"]).with_name("state.pt"),
        read=[files["splits"]],
        classes=["LGG", "HGG"],
        settings=SETTINGS,
        fold=0,
        seed=1,
        hardware=HARDWARE,
    )
    torch.save(training.network.state_dict(), files["weights"])
    return training, cost


def test_costs_tell_what_was_trained(trained):
    _, cost = trained
    assert cost["items"] == 6  # two slices of b, and two of a twice
    assert cost["epochs"] == 1
    assert cost["device"] == "CPU"
    assert cost["precision"] == "float32"  # whatever the settings ask of a GPU
    assert cost["items_per_second"] > 0
    json.dumps(cost)


def test_shape_features_are_standardised_by_the_training_subjects(trained):
    training, _ = trained
    assert training.network.mean.tolist() == [2000, 0.5]
    assert training.network.deviation.tolist() == pytest.approx([2e6**0.5, 1])


def test_the_scored_subjects_are_predicted(files, trained):
    items = predict(
        files, classes=["LGG", "HGG"], settings=SETTINGS, fold=0, hardware=HARDWARE
    )
    assert items["subject"].tolist() == ["c", "c", "d", "d"]
    assert items["slice"].tolist() == [4, 7, 4, 7]
    assert items["truth"].tolist() == ["LGG", "LGG", "HGG", "HGG"]
    assert (items["role"] == "test").all()
    assert items[["p_LGG", "p_HGG"]].sum(axis=1).tolist() == pytest.approx([1] * 4)


def test_predictions_are_those_of_the_trained_network(files, trained):
    network = trained[0].network.eval()
    array = np.load(files["array"])[6:8, :, 2:34, 2:34] / np.float32(255)  # c, cut
    features = torch.tensor([[9.0, 1.0]]).repeat(2, 1)
    with torch.inference_mode():
        logits = network(torch.from_numpy(array), features)
    items = predict(
        files, classes=["LGG", "HGG"], settings=SETTINGS, fold=0, hardware=HARDWARE
    )
    expected = torch.softmax(logits, dim=1).numpy()
    assert items[["p_LGG", "p_HGG"]].to_numpy()[:2] == pytest.approx(expected, abs=1e-5)


def test_predictions_fit_their_schema(tmp_path):
    subjects = by_subject(items_of([("a", "test", "LGG", 0.2, 0.8)]), ["LGG", "HGG"])
    for place, (key, value) in enumerate(
        {"experiment": "x", "fold": 0, "seed": 1}.items()
    ):
        subjects.insert(place, key, value)
    write_table(subjects, tmp_path / "x.csv", "predictions")
    table = read_table(tmp_path / "x.csv", "predictions")
    assert table.loc[0, "predicted"] == "HGG"
    assert table.loc[0, "p_HGG"] == 0.8
