import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional

from regrade.augmentation import centre_crop
from regrade.items import fold_table, load_fold
from regrade.training import (
    Items,
    Training,
    choose_device,
    fit,
    identity_of,
    seed_everything,
    weighted_loss,
    weights_of_classes,
)
from train import class_counts, make_augment, training_rows

torch.set_num_threads(1)  # threads that wait for each other cost more than they do
CPU = torch.device("cpu")
FEW = {
    "augmentation": {"classes": ["LGG"], "flip_left_right": 1},
    "crop": 2,
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


def toy_fit(training: Training, state, *, epochs=4, augment=noise, identity="toy"):
    items = toy_items()
    fit(
        training,
        items,
        torch.arange(10),
        augment=augment,
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


def test_a_weight_acts_at_batch_size_one():
    """Unlike in torch's own weighted mean, which divides by it again."""
    gradients = []
    for loss in (weighted_loss, lambda *a: functional.cross_entropy(*a[:2], a[2])):
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
        toy_fit(killed, tmp_path / "state.pt", augment=killed_in(epoch))
    assert len(killed.history) == epoch - 1
    toy_fit(resumed, tmp_path / "state.pt")
    assert_same(whole, resumed)


def test_a_state_is_taken_up_and_not_learnt_anew(tmp_path):
    toy_fit(toy_training(), tmp_path / "state.pt")
    resumed = toy_training()
    toy_fit(resumed, tmp_path / "state.pt", augment=killed_in(1))  # nothing is left
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

    toy_fit(toy_training(), tmp_path / "state.pt", augment=augment)
    assert len(set(drawn)) == 12  # batches


def test_a_loss_that_is_no_number_stops(tmp_path):
    def broken(images, labels, draws):
        return images * float("nan")

    with pytest.raises(ValueError, match=r"loss is nan in epoch 1; a smaller `learn"):
        toy_fit(toy_training(), tmp_path / "state.pt", augment=broken)
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
    view = make_augment(FEW, ["LGG", "HGG"])
    shown = view(images.clone(), torch.tensor([1, 0, 1]), torch.Generator())
    middle = centre_crop(images, 2)
    assert torch.equal(shown[[0, 2]], middle[[0, 2]])
    assert torch.equal(shown[1], middle[1].flip(-1))


def test_only_the_named_classes_are_magnified():
    ramps = torch.arange(6.0).expand(2, 1, 6, 6)
    settings = {
        "augmentation": {"classes": ["LGG"]},
        "crop": 3,
        "magnification": {"resized": 12, "centre": 4},
    }
    view = make_augment(settings, ["LGG", "HGG"])
    large, plain = view(ramps, torch.tensor([0, 1]), torch.Generator())
    assert torch.allclose(large.diff(dim=-1), torch.tensor(0.5))
    assert torch.allclose(plain.diff(dim=-1), torch.tensor(1.0))


def test_volumes_are_augmented_whole():
    volumes = torch.rand(2, 1, 2, 3, 4)
    settings = {"augmentation": {"classes": ["LGG", "HGG"], "flip_left_right": 1}}
    view = make_augment(settings, ["LGG", "HGG"])
    shown = view(volumes.clone(), torch.tensor([0, 1]), torch.Generator())
    assert torch.equal(shown, volumes.flip(-1))


def test_no_class_may_be_augmented():
    settings = FEW | {"augmentation": {"classes": []}}
    images = torch.rand(2, 1, 4, 4)
    shown = make_augment(settings, ["LGG", "HGG"])(
        images, torch.tensor([0, 1]), torch.Generator()
    )
    assert torch.equal(shown, centre_crop(images, 2))


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
