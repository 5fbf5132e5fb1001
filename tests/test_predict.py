import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from predict import predict, predict_runs
from regrade.items import load_images
from train import train

torch.set_num_threads(1)  # threads that wait for each other cost more than they do

CPU = torch.device("cpu")
HARDWARE = {"device": "cpu", "precision": "float16"}
SETTINGS = {
    "network": {
        "name": "resnet50",
        "dropout": 0.1,
        "shape_features": "standardised",
        "weights": "none",
        "stem": "own",
    },
    "channels": None,
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
        save_every=0,
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
        load_images(files["array"], channels=None, device=CPU),
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
        save_every=0,
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


def test_each_run_is_predicted_with_its_own_weights(files, trained, tmp_path):
    weights = torch.load(files["weights"], weights_only=True)
    torch.save(
        {n: w * 2 if "head" in n else w for n, w in weights.items()}, tmp_path / "w.pt"
    )
    runs = [(0, 1), (0, 2), (0, 3)]
    other = [files["weights"], str(tmp_path / "w.pt"), files["weights"]]
    each = {"weights": other, "history": [files["history"]] * 3, "pooled": [None] * 3}
    subjects, contents = predict_runs(
        files | each,
        experiment="x",
        classes=["LGG", "HGG"],
        runs=runs,
        settings=SETTINGS,
        hardware=HARDWARE,
    )
    assert subjects["seed"].tolist() == [1, 1, 2, 2, 3, 3]
    assert contents["seed"].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    first, second, third = (
        run["p_HGG"].tolist() for _, run in subjects.groupby("seed")
    )
    assert first == third
    assert first != second
