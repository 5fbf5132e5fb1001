"""The start of a training of volumes: weights, axes, and what stops it."""

import hashlib
import json

import numpy as np
import pytest
import torch

from make_demo_weights import random_weights
from predict import predict
from regrade.training import LOSSES, cancelled_loss
from train import start, train

torch.set_num_threads(1)  # threads that wait for each other cost more than they do

NAME = "mc3_18"
SETTINGS = {
    "network": {
        "name": NAME,
        "dropout": 0.3,
        "shape_features": "none",
        "weights": "kinetics",
        "stem": "own",
    },
    "axis": "axial",
    "channels": None,
    "values": [0, 1],
    "class_weights": "one_minus_share",
    "loss": "weighted",
    "augmentation": {"classes": ["LGG", "HGG"], "flip_left_right": 0.5},
    "training": {"epochs": 1, "batch_size": 1},
    "evaluation": {"mode": "eval", "augmented": False, "epochs": "last"},
    "optimizer": {"learning_rate": 1e-5, "betas": [0.9, 0.999], "weight_decay": 1e-3},
}


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> dict:
    """Write a file of weights as the library would."""
    path = tmp_path_factory.mktemp("weights") / "weights.pth"
    torch.save(random_weights(NAME, seed=3), path)
    return {"path": path, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.fixture
def files(tmp_path, library) -> dict:
    """Write a volume each of four subjects."""
    volumes = np.random.default_rng(0).integers(0, 255, (4, 1, 6, 16, 16), np.uint8)
    np.save(tmp_path / "array.npy", volumes)
    (tmp_path / "contents.csv").write_text(
        "subject,slice,area\na,0,\nb,0,\nc,0,\nd,0,\n"
    )
    (tmp_path / "about.json").write_text(json.dumps({"axes": "SPL"}))
    (tmp_path / "splits.csv").write_text(
        "subject,patient,class,source,fold,role\n"
        "a,a,LGG,x,0,train\nb,b,HGG,x,0,train\nc,c,LGG,x,0,test\nd,d,HGG,x,0,test\n"
    )
    return {
        "array": str(tmp_path / "array.npy"),
        "about": str(tmp_path / "about.json"),
        "pretrained": str(library["path"]),
        **{name: str(tmp_path / f"{name}.csv") for name in ("contents", "splits")},
    }


def run_of(sha256: str | None, **settings) -> dict:
    """Give what ``start`` and ``train`` take beside the files."""
    return {
        "classes": ["LGG", "HGG"],
        "settings": SETTINGS | settings,
        "fold": 0,
        "seed": 1,
        "sha256": sha256,
        "hardware": {"device": "cpu", "precision": "float32"},
    }


def test_a_training_starts_from_the_librarys_weights(files, library):
    published = torch.load(library["path"], weights_only=True)
    training, *_ = start(files, **run_of(library["sha256"]))
    for name, weights in training.network.state_dict().items():
        same = weights.shape == published[name].shape
        same = same and torch.equal(weights, published[name])
        assert same != name.startswith(("stem.0.", "fc.")), name


def test_a_training_from_random_weights_reads_no_file(files):
    network = SETTINGS["network"] | {"weights": "none"}
    random = {key: f for key, f in files.items() if key != "pretrained"}
    training, *_ = start(random, **run_of(None, network=network))
    assert len(training.history) == 0


def test_a_file_with_another_hash_stops_the_training(files):
    with pytest.raises(ValueError, match="has the SHA-256 .* run `snakemake fetch`"):
        start(files, **run_of("b3b3357e"))


def test_volumes_that_are_not_canonical_stop_training_and_prediction(files, tmp_path):
    (tmp_path / "about.json").write_text(json.dumps({"axes": "LPS"}))
    run = run_of(None)
    with pytest.raises(ValueError, match="`axis: axial`, but the network would get L"):
        start(files, **run)
    with pytest.raises(ValueError, match="`axis: axial`, but the network would get L"):
        predict(files, None, **{key: run[key] for key in run if key != "sha256"})


def test_weights_that_cannot_act_stop_the_training(files, tmp_path, monkeypatch):
    monkeypatch.setitem(LOSSES, "weighted", cancelled_loss)
    with pytest.raises(ValueError, match="leave the gradient as it is at a batch size"):
        train(files, tmp_path / "state.pt", save_every=0, read=[], **run_of(None))
    assert not (tmp_path / "state.pt").exists()


def test_the_public_codes_loss_is_let_pass(files, tmp_path):
    run = run_of(None, loss="weights_cancel", class_weights="largest_over_own")
    training, cost = train(files, tmp_path / "state.pt", save_every=0, read=[], **run)
    assert len(training.history) == 1
    assert cost["multiply_adds"] > 1e6
