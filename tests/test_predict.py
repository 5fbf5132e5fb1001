import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import f1_score
from torch import nn

from predict import predict
from regrade.prediction import by_subject, item_probabilities, kept_epoch, macro_f1
from regrade.tables import read_table, write_table
from regrade.training import Items
from regrade.views import plain_view
from train import train

torch.set_num_threads(1)  # threads that wait for each other cost more than they do

CPU = torch.device("cpu")
HARDWARE = {"device": "cpu", "precision": "float16"}
SETTINGS = {
    "network": {
        "name": "resnet50",
        "dropout": 0.1,
        "shape_features": True,
        "weights": "none",
        "stem": "own",
    },
    "values": [0, 1],
    "class_weights": "none",
    "loss": "weighted",
    "crop": 32,
    "augmentation": {"classes": ["LGG"], "flip_left_right": 0.5},
    "evaluation": {"mode": "eval", "augmented": False, "epochs": "last"},
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
    (folder / "about.json").write_text("{}")
    return {
        "array": str(folder / "array.npy"),
        "about": str(folder / "about.json"),
        "history": str(folder / "history.csv"),
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
        sha256=None,
        hardware=HARDWARE,
    )
    torch.save(training.network.state_dict(), files["weights"])
    pd.DataFrame(training.history).to_csv(files["history"], index=False)
    return training, cost


def predicted(files: dict, **evaluation) -> pd.DataFrame:
    settings = SETTINGS | {"evaluation": SETTINGS["evaluation"] | evaluation}
    return predict(
        files,
        classes=["LGG", "HGG"],
        settings=settings,
        fold=0,
        seed=1,
        hardware=HARDWARE,
    )


def test_costs_tell_what_was_trained(trained):
    _, cost = trained
    assert cost["items"] == 6  # two slices of b, and two of a twice
    assert cost["epochs"] == 1
    assert cost["device"] == "CPU"
    assert cost["precision"] == "float32"  # whatever the settings ask of a GPU
    assert cost["items_per_second"] > 0
    # ResNet50 is known for 4.1 billion at 224 x 224 pixels and three channels.
    expected = 4.1e9 * (32 / 224) ** 2
    assert cost["multiply_adds"] == pytest.approx(expected, rel=0.05)
    assert cost["activations"] > 16 * 16 * 64  # the stem's alone
    json.dumps(cost)


def test_shape_features_are_standardised_by_the_training_subjects(trained):
    training, _ = trained
    assert training.network.mean.tolist() == [2000, 0.5]
    assert training.network.deviation.tolist() == pytest.approx([2e6**0.5, 1])


def test_the_scored_subjects_are_predicted(files, trained):
    items = predicted(files)
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
    items = predicted(files)
    expected = torch.softmax(logits, dim=1).numpy()
    assert items[["p_LGG", "p_HGG"]].to_numpy()[:2] == pytest.approx(expected, abs=1e-5)


def test_pooled_predictions_are_those_of_all_epochs(files, trained, tmp_path):
    pooled = np.random.default_rng(0).dirichlet([1, 1], (3, 4)).astype(np.float32)
    np.save(tmp_path / "pooled.npy", pooled)
    (tmp_path / "history.csv").write_text("epoch,loss\n1,3\n2,2\n3,1\n")
    written = {n: str(tmp_path / n) for n in ("history.csv", "pooled.npy")}
    given = files | {"history": written["history.csv"], "pooled": written["pooled.npy"]}
    items = predicted(given, epochs="pooled")
    assert items["epoch"].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert items["subject"].tolist() == ["c", "c", "d", "d"] * 3
    assert items["p_HGG"].to_numpy() == pytest.approx(pooled[:, :, 1].ravel())


def test_the_last_pooled_epoch_is_what_the_last_weights_predict(files, tmp_path):
    settings = SETTINGS | {
        "evaluation": {"mode": "train", "augmented": True, "epochs": "pooled"},
        "training": {"epochs": 2, "batch_size": 4},
    }
    training, _ = train(
        files,
        state=tmp_path / "state.pt",
        read=[files["splits"]],
        classes=["LGG", "HGG"],
        settings=settings,
        fold=0,
        seed=1,
        sha256=None,
        hardware=HARDWARE,
    )
    torch.save(training.network.state_dict(), tmp_path / "weights.pt")
    pd.DataFrame(training.history).to_csv(tmp_path / "history.csv")
    given = files | {
        "history": str(tmp_path / "history.csv"),
        "weights": str(tmp_path / "weights.pt"),
    }
    items = predicted(given, mode="train", augmented=True)
    assert items["epoch"].tolist() == [2] * 4
    assert len(training.pooled) == 2
    expected = training.pooled[1].numpy()
    assert items[["p_LGG", "p_HGG"]].to_numpy() == pytest.approx(expected, abs=1e-6)


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
