import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from regrade.training import (
    Items,
    Training,
    choose_device,
    fit,
    identity_of,
    seed_everything,
)
from train import watcher

torch.set_num_threads(1)  # threads that wait for each other cost more than they do
CPU = torch.device("cpu")
PLAIN = {"mode": "eval", "augmented": False, "epochs": "last"}


class Killed(BaseException):
    """Stands for a signal: nothing in the program catches it."""


def toy_network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(144, 2)
    )


def toy_training() -> Training:
    torch.manual_seed(1)
    return Training(
        toy_network(),
        device=CPU,
        precision="float32",
        loss="weighted",
        learning_rate=0.01,
        betas=[0.9, 0.999],
        weight_decay=0.001,
    )


def toy_items(count: int = 12) -> Items:
    """Give images of 8 x 8 of which the second class is bright on the right."""
    draws = np.random.default_rng(0)
    images = draws.integers(0, 50, (count, 1, 8, 8), np.uint8)
    labels = np.arange(count) % 2
    images[labels == 1, :, :, 4:] += 100
    return Items(torch.from_numpy(images), torch.from_numpy(labels), None)


def noise(images, labels, draws):
    return images + 0.05 * torch.rand(images.shape, generator=draws)


def nothing(training, epoch):
    return {}


def toy_fit(
    training,
    state,
    *,
    epochs=4,
    view=noise,
    watch=nothing,
    save_every=0,
    identity="toy",
) -> None:
    items = toy_items()
    fit(
        training,
        items,
        torch.arange(10),
        view=view,
        watch=watch,
        weights=torch.ones(2),
        epochs=epochs,
        batch_size=4,
        seeds=(3, 0),
        state=state,
        save_every=save_every,
        identity=identity,
    )


def killed_in(epoch: int):
    """Give an augmentation that ends the process in the middle of an epoch."""
    batches = 0

    def augment(images, labels, draws):
        nonlocal batches
        batches += 1
        if batches == 3 * (epoch - 1) + 2:  # three batches an epoch
            raise Killed
        return noise(images, labels, draws)

    return augment


def losses(training: Training) -> list:
    return [(epoch["epoch"], epoch["loss"]) for epoch in training.history]


def assert_same(one: Training, other: Training) -> None:
    for name, weights in one.network.state_dict().items():
        assert torch.equal(weights, other.network.state_dict()[name])
    assert losses(one) == losses(other)


def test_a_separable_problem_is_learnt(tmp_path):
    training, items = toy_training(), toy_items()
    toy_fit(training, tmp_path / "state.pt", epochs=15)
    training.network.eval()
    (images,) = items.batch(torch.arange(12), CPU)
    assert (training.network(images).argmax(dim=1) == items.labels).all()
    assert training.history[-1]["loss"] < training.history[0]["loss"] / 2


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_killed_training_ends_like_one_that_was_not(tmp_path, epoch):
    whole, killed, resumed = (toy_training() for _ in range(3))
    toy_fit(whole, tmp_path / "whole.pt")
    with pytest.raises(Killed):
        toy_fit(killed, tmp_path / "state.pt", view=killed_in(epoch))
    assert len(killed.history) == epoch - 1
    toy_fit(resumed, tmp_path / "state.pt")
    assert_same(whole, resumed)


def test_a_state_is_taken_up_and_not_learnt_anew(tmp_path):
    toy_fit(toy_training(), tmp_path / "state.pt")
    resumed = toy_training()
    toy_fit(resumed, tmp_path / "state.pt", view=killed_in(1))  # nothing is left
    assert len(resumed.history) == 4


@pytest.mark.parametrize(
    ("save_every", "kept"), [(0, [1, 2, 3, 4]), (25, [2, 4]), (100, [])]
)
def test_the_state_is_saved_when_it_is_time(tmp_path, monkeypatch, save_every, kept):
    """An epoch takes fifteen seconds here: the clock moves on by five when read."""
    ticks, saved = itertools.count(0, 5), []
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    monkeypatch.setattr("regrade.training.time", clock)
    training = toy_training()
    training.save = lambda state, identity: saved.append(len(training.history))
    toy_fit(training, tmp_path / "state.pt", save_every=save_every)
    assert saved == kept


def test_a_state_of_other_settings_is_not_taken_up(tmp_path):
    whole, other = toy_training(), toy_training()
    toy_fit(whole, tmp_path / "whole.pt")
    toy_fit(toy_training(), tmp_path / "state.pt", epochs=2, identity="other")
    toy_fit(other, tmp_path / "state.pt")
    assert_same(whole, other)


def test_a_half_written_state_is_never_read(tmp_path, monkeypatch):
    def half(state, path):
        path.write_bytes(b"half")
        raise Killed

    whole, killed, resumed = (toy_training() for _ in range(3))
    toy_fit(whole, tmp_path / "whole.pt")
    toy_fit(killed, tmp_path / "state.pt", epochs=2)
    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", half)
        with pytest.raises(Killed):
            toy_fit(killed, tmp_path / "state.pt")
    assert (tmp_path / "state.partial").read_bytes() == b"half"
    toy_fit(resumed, tmp_path / "state.pt")
    assert_same(whole, resumed)


def test_the_same_settings_and_files_have_one_identity(tmp_path):
    splits = tmp_path / "splits.csv"
    splits.write_text("a")
    first = identity_of({"crop": 2, "seed": 1}, [splits])
    assert identity_of({"seed": 1, "crop": 2}, [splits]) == first
    assert identity_of({"seed": 2, "crop": 2}, [splits]) != first
    splits.write_text("b")
    assert identity_of({"crop": 2, "seed": 1}, [splits]) != first


def test_epochs_and_seeds_draw_apart():
    drawn = {
        tuple(torch.rand(2, generator=seed_everything(*numbers)).tolist())
        for numbers in ((1, 0, 1), (1, 0, 2), (2, 0, 1), (1, 0, 1))
    }
    assert len(drawn) == 3


def test_each_epoch_has_its_own_draws(tmp_path):
    drawn = []

    def augment(images, labels, draws):
        drawn.append(float(torch.rand(1, generator=draws)))
        return images

    toy_fit(toy_training(), tmp_path / "state.pt", view=augment)
    assert len(set(drawn)) == 12  # batches


def test_a_loss_that_is_no_number_stops(tmp_path):
    def broken(images, labels, draws):
        return images * float("nan")

    with pytest.raises(ValueError, match=r"loss is nan in epoch 1; a smaller `learn"):
        toy_fit(toy_training(), tmp_path / "state.pt", view=broken)
    assert not (tmp_path / "state.pt").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there():
    with pytest.raises(ValueError, match="device: cuda`, but torch sees no GPU here"):
        choose_device("cuda")
    assert choose_device("auto") == CPU


def test_batches_are_bytes_scaled_to_one():
    images = torch.tensor([[[[0, 255]]], [[[51, 102]]]], dtype=torch.uint8)
    items = Items(images, torch.tensor([0, 1]), torch.tensor([[1.0], [2.0]]))
    shown, features = items.batch(torch.tensor([1]), CPU)
    assert torch.allclose(shown, torch.tensor([[[[0.2, 0.4]]]]))
    assert features.tolist() == [[2]]


TOY_TABLE = pd.DataFrame(
    {
        "subject": [f"s{n}" for n in range(12)],
        "slice": 0,
        "area": np.nan,
        "class": ["LGG", "HGG"] * 6,
        "role": ["train"] * 8 + ["validation"] * 2 + ["test"] * 2,
    }
)


def toy_watch(epochs: str, **evaluation):
    """Give what is done after each epoch of a toy training."""
    settings = {
        "values": [0, 1],
        "evaluation": PLAIN | {"epochs": epochs} | evaluation,
        "training": {"batch_size": 4},
        "augmentation": {"classes": ["LGG", "HGG"], "flip_left_right": 0.5},
    }
    return watcher(
        TOY_TABLE,
        toy_items(),
        classes=["LGG", "HGG"],
        settings=settings,
        seeds=(3, 0),
    )


def test_the_best_epoch_is_kept_and_the_first_of_the_best(tmp_path):
    training, watch = toy_training(), toy_watch("best")
    weights = {}

    def watch_and_remember(training, epoch):
        weights[epoch] = {
            k: w.clone() for k, w in training.network.state_dict().items()
        }
        return watch(training, epoch)

    toy_fit(training, tmp_path / "state.pt", epochs=15, watch=watch_and_remember)
    scores = [epoch["validation_f1"] for epoch in training.history]
    assert min(scores) < 1
    assert scores.count(max(scores)) > 1
    best = weights[1 + scores.index(max(scores))]
    for name, kept in training.kept.items():
        assert torch.equal(kept, best[name])
    assert not torch.equal(kept, training.network.state_dict()[name])


@pytest.mark.parametrize("epochs", ["best", "pooled"])
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_a_watched_training_that_was_killed_ends_the_same(tmp_path, epochs, mode):
    whole, killed, resumed = (toy_training() for _ in range(3))
    watch = toy_watch(epochs, mode=mode, augmented=True)
    toy_fit(whole, tmp_path / "whole.pt", watch=watch)
    with pytest.raises(Killed):
        toy_fit(killed, tmp_path / "state.pt", watch=watch, view=killed_in(3))
    toy_fit(resumed, tmp_path / "state.pt", watch=watch)
    assert_same(whole, resumed)
    assert len(whole.pooled) == (4 if epochs == "pooled" else 0)
    for one, other in zip(whole.pooled, resumed.pooled, strict=True):
        assert torch.equal(one, other)
    assert bool(whole.kept) == (epochs == "best")
    for name, weights in whole.kept.items():
        assert torch.equal(weights, resumed.kept[name])


def test_watching_does_not_change_what_is_learnt(tmp_path):
    alone, watched = toy_training(), toy_training()
    toy_fit(alone, tmp_path / "alone.pt")
    watch = toy_watch("pooled", mode="train", augmented=True)
    toy_fit(watched, tmp_path / "watched.pt", watch=watch)
    assert_same(alone, watched)


def test_pooled_predictions_are_those_of_validation_and_test(tmp_path):
    training = toy_training()
    toy_fit(training, tmp_path / "state.pt", watch=toy_watch("pooled"))
    assert [tuple(p.shape) for p in training.pooled] == [(4, 2)] * 4


def test_the_best_epoch_needs_validation_subjects():
    table = TOY_TABLE.assign(role=["train"] * 10 + ["test"] * 2)
    with pytest.raises(ValueError, match="`evaluation: epochs: best` needs validation"):
        watcher(
            table,
            toy_items(),
            classes=["LGG", "HGG"],
            settings={"evaluation": PLAIN | {"epochs": "best"}},
            seeds=(3, 0),
        )
