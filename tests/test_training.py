import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from regrade.augmentation import centre_crop
from regrade.items import fold_table, load_fold
from regrade.training import (
    Items,
    Training,
    cancelled_loss,
    choose_device,
    fit,
    identity_of,
    seed_everything,
    weighted_loss,
    weights_of_classes,
)
from regrade.views import present, scoring_view, training_view
from train import class_counts, training_rows, watcher

torch.set_num_threads(1)  # threads that wait for each other cost more than they do
CPU = torch.device("cpu")
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
    training, state, *, epochs=4, view=noise, watch=nothing, identity="toy"
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


def test_weights_of_classes():  # B-25
    weights = weights_of_classes(np.array([73, 259, 259]), "one_minus_share")
    assert weights.tolist() == pytest.approx([0.876481, 0.561760, 0.561760], abs=1e-6)
    assert weights_of_classes(np.array([73, 259, 259]), "none").tolist() == [1, 1, 1]
    coded = weights_of_classes(np.array([73, 259, 259]), "largest_over_own")
    assert coded.tolist() == pytest.approx([3.5479, 1, 1], abs=1e-4)


def test_a_class_without_subjects_has_no_weight():
    with pytest.raises(ValueError, match=r"\[3, 0\] training subjects; one without"):
        weights_of_classes(np.array([3, 0]), "one_minus_share")
    assert weights_of_classes(np.array([3, 0]), "none").tolist() == [1, 1]


def test_a_weight_acts_at_batch_size_one():
    """Unlike in torch's own weighted mean, which divides by it again (3B-8)."""
    gradients = []
    for loss in (weighted_loss, cancelled_loss):
        for weight in (1.0, 2.0):
            logits = torch.tensor([[0.3, -0.2, 0.1]], requires_grad=True)
            loss(logits, torch.tensor([0]), torch.tensor([weight, 1, 1])).backward()
            gradients.append(logits.grad)
    ours, ours_doubled, torchs, torchs_doubled = gradients
    assert torch.allclose(ours_doubled, 2 * ours)
    assert torch.allclose(torchs_doubled, torchs)


def test_the_loss_is_the_mean_over_the_batch():
    logits = torch.zeros(2, 2)  # each item: log 2
    loss = weighted_loss(logits, torch.tensor([0, 1]), torch.tensor([3.0, 1.0]))
    assert float(loss) == pytest.approx(2 * np.log(2))


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


ROLES = pd.DataFrame(
    {
        "subject": ["a", "b", "b", "c", "d"],
        "class": pd.array(["LGG", "HGG", "HGG", "LGG", None], dtype="string"),
        "role": pd.array(["train", "train", "train", "test", None], dtype="string"),
    }
)


def test_rows_of_copied_classes_stand_there_several_times():
    assert training_rows(ROLES, {"LGG": 4}).tolist() == [0, 0, 0, 0, 1, 2]
    assert training_rows(ROLES, {}).tolist() == [0, 1, 2]


def test_classes_are_counted_by_training_subject():
    assert class_counts(ROLES, ["LGG", "HGG", "healthy"]).tolist() == [1, 1, 0]


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
        "magnification": {"resized": 12, "centre": 4},
    }
    view = training_view(settings, ["LGG", "HGG"])
    large, plain = view(ramps, torch.tensor([0, 1]), torch.Generator())
    assert torch.allclose(large.diff(dim=-1), torch.tensor(0.5))
    assert torch.allclose(plain.diff(dim=-1), torch.tensor(1.0))


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


@pytest.fixture
def files(tmp_path) -> dict:
    """Write four items of three subjects; ``c`` is in no split, fold 1 swaps roles."""
    np.save(tmp_path / "array.npy", np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1))
    (tmp_path / "contents.csv").write_text(
        "subject,slice,area\nb,3,\nb,4,\nc,0,\na,5,\n"
    )
    (tmp_path / "splits.csv").write_text(
        "subject,patient,class,source,fold,role\n"
        "a,a,LGG,x,0,train\nb,b,HGG,x,0,test\na,a,LGG,x,1,test\nb,b,HGG,x,1,train\n"
    )
    (tmp_path / "radiomics.csv").write_text("subject,Volume\na,1\nc,3\nb,2\n")
    return {
        "array": str(tmp_path / "array.npy"),
        **{n: str(tmp_path / f"{n}.csv") for n in ("contents", "splits", "radiomics")},
    }


def test_items_keep_the_order_of_the_array(files):
    table, items = load_fold(files, 0, ["LGG", "HGG"], device=CPU)
    assert table["subject"].tolist() == ["b", "b", "c", "a"]
    assert items.labels.tolist() == [1, 1, -1, 0]
    assert items.features.tolist() == [[2], [2], [3], [1]]
    assert items.images.flatten().tolist() == [0, 1, 2, 3]
    assert training_rows(table, {}).tolist() == [3]


def test_each_fold_has_its_roles(files):
    table = fold_table(files["contents"], files["splits"], 1)
    assert training_rows(table, {}).tolist() == [0, 1]


def test_subjects_without_images_or_features_are_named(files, tmp_path):
    (tmp_path / "radiomics.csv").write_text("subject,Volume\na,1\nc,3\n")
    with pytest.raises(ValueError, match=r"no shape features of \['b'\]"):
        load_fold(files, 0, ["LGG", "HGG"], device=CPU)
    (tmp_path / "contents.csv").write_text("subject,slice,area\nb,3,\n")
    with pytest.raises(ValueError, match=r"no image of \['a'\], but"):
        fold_table(files["contents"], files["splits"], 0)
