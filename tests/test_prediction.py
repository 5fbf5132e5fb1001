import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import f1_score
from torch import nn

from predict import named
from regrade.prediction import by_subject, item_probabilities, kept_epoch, macro_f1
from regrade.tables import read_table, write_table
from regrade.training import Items
from regrade.views import plain_view

torch.set_num_threads(1)  # threads that wait for each other cost more than they do

CPU = torch.device("cpu")


class Sums(nn.Module):
    """Give the logits 0 and the sum of an image."""

    def forward(self, images):
        sums = images.sum(dim=(1, 2, 3))
        return torch.stack([torch.zeros_like(sums), sums], dim=1)


def items_of(rows: list[tuple]) -> pd.DataFrame:
    columns = ["subject", "role", "truth", "p_LGG", "p_HGG"]
    return pd.DataFrame(rows, columns=columns).assign(epoch=1)


def probabilities_of(network: nn.Module, images, rows, **settings) -> np.ndarray:
    """Predict rows of images whose labels do not matter."""
    settings = {"values": [0, 1]} | settings
    mode = settings.pop("mode", "eval")
    return item_probabilities(
        network,
        Items(images, torch.zeros(len(images)), None),
        torch.tensor(rows),
        view=lambda images, labels, draws: plain_view(images, settings),
        mode=mode,
        device=CPU,
        precision="float32",
        batch_size=2,
        seeds=(1, 0, 1),
    )


def test_a_subject_has_a_row_for_each_epoch():
    rows = [("a", "test", "LGG", 0.6, 0.4), ("a", "test", "LGG", 0.2, 0.8)]
    items = items_of(rows).assign(epoch=[1, 2])
    subjects = by_subject(items, ["LGG", "HGG"])
    assert subjects["epoch"].tolist() == [1, 2]
    assert subjects["predicted"].tolist() == ["LGG", "HGG"]


def test_the_macro_f1_is_that_of_scikit_learn():
    draws = np.random.default_rng(0)
    classes = ["LGG", "HGG", "healthy", "nobody"]
    drawn = draws.choice(classes[:3], (30, 2))
    subjects = pd.DataFrame(drawn, columns=["truth", "predicted"])
    expected = f1_score(
        subjects["truth"],
        subjects["predicted"],
        labels=classes,
        average="macro",
        zero_division=0,
    )
    assert macro_f1(subjects, classes) == pytest.approx(expected)


def test_the_kept_epoch_is_the_first_of_the_best_or_the_last():
    history = pd.DataFrame({"epoch": [1, 2, 3, 4], "validation_f1": [0.1, 0.7, 0.7, 0]})
    assert kept_epoch(history, {"epochs": "best"}) == 2
    assert kept_epoch(history, {"epochs": "last"}) == 4


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
    probabilities = probabilities_of(Sums(), images, [2, 1, 0])
    expected = 1 / (1 + np.exp(-np.array([0.2, 1, 0])))
    assert probabilities[:, 1] == pytest.approx(expected)
    assert probabilities.sum(axis=1) == pytest.approx(1)


def test_only_the_middle_of_a_slice_is_seen():
    images = torch.full((1, 1, 3, 3), 255, dtype=torch.uint8)
    images[0, 0, 1, 1] = 0
    assert probabilities_of(Sums(), images, [0], crop=1).tolist() == [[0.5, 0.5]]


def normed() -> nn.Module:
    """Give a network whose answer depends on the statistics it goes by."""
    return nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(4, 2))


def test_a_network_that_learns_goes_by_its_batch_and_stays_as_it_is():  # B-27
    torch.manual_seed(0)
    network = normed()
    before = {name: w.clone() for name, w in network.state_dict().items()}
    images = torch.randint(0, 255, (4, 1, 2, 2), dtype=torch.uint8)
    for mode, alike in (("eval", True), ("train", False)):
        beside_1 = probabilities_of(network, images, [0, 1], mode=mode)[0]
        beside_2 = probabilities_of(network, images, [0, 2], mode=mode)[0]
        assert np.allclose(beside_1, beside_2) == alike
    for name, weights in network.state_dict().items():
        assert torch.equal(weights, before[name]), name


def test_dropout_at_prediction_repeats():
    network = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(4, 2))
    images = torch.randint(0, 255, (4, 1, 2, 2), dtype=torch.uint8)
    one, same = (
        probabilities_of(network, images, [0, 1, 2], mode="train") for _ in range(2)
    )
    assert (one == same).all()
    assert (one != probabilities_of(network, images, [0, 1, 2])).any()


def test_predictions_fit_their_schema(tmp_path):
    subjects = by_subject(items_of([("a", "test", "LGG", 0.2, 0.8)]), ["LGG", "HGG"])
    subjects = named(subjects, {"experiment": "x", "fold": 0, "seed": 1})
    write_table(subjects, tmp_path / "x.csv", "predictions")
    table = read_table(tmp_path / "x.csv", "predictions")
    assert table.loc[0, "predicted"] == "HGG"
    assert table.loc[0, "p_HGG"] == 0.8
