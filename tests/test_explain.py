import copy

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from explain import (
    compare,
    explain,
    focus,
    layers_of,
    randomised,
    rank_correlation,
    seen,
)
from regrade.heat import heat_maps, relative, uncut
from regrade.networks import build
from regrade.tables import write_table
from regrade.training import Items

torch.set_num_threads(1)

CPU = torch.device("cpu")
SETTINGS = {"values": [-1, 1], "training": {"batch_size": 2}}
ORDER = ["head", "fc", "layer4", "layer3", "layer2", "layer1", "bn1", "conv1"]


class Copy(nn.Module):
    """Copies its image in `layer1`; the logits are its mean and minus its mean."""

    def __init__(self, stride: int):
        super().__init__()
        self.layer1 = nn.Conv2d(1, 1, 1, stride=stride, bias=False)
        nn.init.ones_(self.layer1.weight)

    def forward(self, images):
        mean = self.layer1(images).mean(dim=(2, 3))
        return torch.cat([mean, -mean], dim=1)


def items_of(images: np.ndarray) -> Items:
    packed = torch.from_numpy(np.asarray(images, np.uint8))[:, None]
    return Items(images=packed, labels=torch.zeros(len(packed)), features=None)


def maps_of(images, targets: list[int], stride: int = 1, **settings) -> np.ndarray:
    return heat_maps(
        Copy(stride),
        items_of(images),
        torch.tensor(targets),
        layer="layer1",
        settings=SETTINGS | settings,
        device=CPU,
    )


def test_the_map_of_a_network_that_copies_is_what_speaks_for_the_class():
    image = np.array([[255, 0], [0, 204]])  # 1, -1, -1 and 0.6 as it is seen
    maps = maps_of([image, image, image], [0, 1, 1])
    # The gradient of a mean of four pixels is a quarter.
    speaks_for, speaks_against = [[0.25, 0], [0, 0.15]], [[0, 0.25], [0.25, 0]]
    expected = [speaks_for, speaks_against, speaks_against]
    assert maps == pytest.approx(np.array(expected), abs=1e-6)


def test_a_coarse_map_is_brought_to_what_the_network_sees():
    image = np.zeros((8, 8))
    image[2:6, 2:6] = 255  # all that is left of the crop
    image[4, 4] = 0
    (heat,) = maps_of([image], [0], stride=2, crop=4)
    assert heat.shape == (4, 4)
    assert heat[0].tolist() == pytest.approx([0.25] * 4)
    assert heat[3].tolist() == pytest.approx([0.25, 0.1875, 0.0625, 0])


def test_a_map_of_one_cell_is_refused():
    with pytest.raises(ValueError, match="layer1 have a single cell .* earlier layer"):
        maps_of(np.zeros((1, 2, 2)), [0], stride=2)


def test_the_share_of_heat_inside_the_tumour():
    maps = np.array([[[3, 1], [0, 0]], [[1, 3], [4, 0]], [[0, 0], [0, 0]]], float)
    tumours = np.array([[[1, 0], [0, 0]], [[1, 1], [0, 0]], [[1, 1], [1, 1]]], bool)
    found = focus(maps, tumours)
    assert found["share_inside"].tolist() == pytest.approx(
        [0.75, 0.5, np.nan], nan_ok=True
    )
    assert found["share_of_mask"].tolist() == [0.25, 0.5, 1]
    assert found["hit"].tolist() == [True, False, pd.NA]


def test_the_tumour_is_cut_as_the_picture_is():
    tumours = np.zeros((1, 4, 4), bool)
    tumours[0, 1:, 2] = True
    assert seen(tumours, {"crop": 2}).tolist() == [[[False, True], [False, True]]]
    assert (seen(tumours, {}) == tumours).all()


def test_maps_go_back_to_where_they_were_cut():
    maps = np.arange(8.0).reshape(2, 2, 2)
    whole = uncut(maps, (3, 4), 2)
    assert whole.shape == (2, 3, 4)
    there = ~np.isnan(whole[0])
    assert (there == seen_of((3, 4), 2)).all()
    assert (whole[:, there].reshape(maps.shape) == maps).all()
    assert (uncut(maps, (2, 2), None) == maps).all()


def seen_of(shape: tuple, crop: int) -> np.ndarray:
    """Tell which pixels a crop keeps, from pictures with one pixel each."""
    single = np.eye(np.prod(shape), dtype=bool).reshape(-1, *shape)
    return seen(single, {"crop": crop}).any(axis=(1, 2)).reshape(shape)


def test_a_map_is_relative_to_its_largest_value():
    maps = np.array([[[2.0, 1], [0, 0]], [[0, 0], [0, 0]]])
    assert relative(maps, axes=(-2, -1)).tolist() == [
        [[1, 0.5], [0, 0]],
        [[0, 0], [0, 0]],
    ]


def test_ranks_of_maps():
    heat = np.array([[1.0, 2], [3, 9]])
    assert rank_correlation(heat, np.exp(heat)) == pytest.approx(1)
    assert rank_correlation(heat, -heat) == pytest.approx(-1)
    assert rank_correlation(heat, np.array([[2, 1], [3, 9]])) == pytest.approx(0.8)
    assert np.isnan(rank_correlation(heat, np.zeros((2, 2))))


def test_stages_are_compared_with_the_trained_network():
    heat = np.array([[1.0, 2], [3, 4]])
    none = np.zeros((2, 2))
    stages = {
        "trained": np.stack([heat, heat, heat]),
        "fc": np.stack([heat, -heat, none]),
        "conv1": np.stack([none] * 3),
    }
    table = compare(stages, "brain").set_index("stage")
    assert table.index.tolist() == ["fc", "conv1"]
    assert table.loc["fc", ["maps", "low", "median", "high"]].tolist() == pytest.approx(
        [2, -0.5, 0, 0.5]
    )
    assert table.loc["conv1", "maps"] == 0
    assert np.isnan(table.loc["conv1", "median"])


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return build(
        "resnet50", channels=1, classes=2, dropout=0.0, shape_features=3, stem="own"
    )


def test_weights_become_random_from_the_last_layer_down_in_a_copy():
    trained, fresh = network(1), network(2)
    for model, value in ((trained, 5), (fresh, 1)):  # batch norms are built all alike
        for buffer in model.buffers():
            buffer.fill_(value)
        for parameter in model.parameters():
            nn.init.normal_(parameter)
    before = copy.deepcopy(trained.state_dict())
    done = []
    for name, changed in randomised(trained, fresh):
        done.append(name)
        for layer, part in layers_of(changed).items():
            source = layers_of(fresh if layer in done else trained)[layer]
            assert_same(part, source)
        assert changed.mean.tolist() == [5, 5, 5]  # of the shape features, no weights
    assert done == ORDER
    assert all(torch.equal(before[key], w) for key, w in trained.state_dict().items())


def assert_same(part: nn.Module, other: nn.Module) -> None:
    pairs = zip(part.state_dict().items(), other.state_dict().values(), strict=True)
    assert [key for (key, one), two in pairs if not torch.equal(one, two)] == []


def test_a_network_without_shape_features_has_its_layers_alone():
    plain = build(
        "resnet50", channels=1, classes=2, dropout=0.0, shape_features=0, stem="own"
    )
    assert list(layers_of(plain)) == ORDER[1:]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict:
    """Write two examples, their tumours, shape features and a network's weights."""
    folder = tmp_path_factory.mktemp("examples")
    names = ("array.npy", "tumours.npy", "contents.csv", "radiomics.csv", "weights.pt")
    paths = {name.split(".")[0]: str(folder / name) for name in names}
    draws = np.random.default_rng(0)
    tumours = np.zeros((2, 40, 44), bool)
    tumours[:, 10:30, 15:25] = True
    pictures = draws.integers(1, 255, (2, 2, 1, 40, 44), np.uint8)
    pictures[:, 0] *= tumours[:, None]
    np.save(paths["array"], pictures)
    np.save(paths["tumours"], tumours)
    table = pd.DataFrame({"subject": ["b", "a"], "class": ["LGG", "HGG"]})
    write_table(table.assign(slice=3, area=200.0), paths["contents"], "examples")
    features = pd.DataFrame({"subject": ["a", "b"], "x": [1, 2], "y": 3, "z": 4})
    features.to_csv(paths["radiomics"], index=False)
    torch.save(network(3).state_dict(), paths["weights"])
    return paths


def test_examples_are_explained(files, tmp_path):
    kinds = {"name": "resnet50", "dropout": 0.0, "stem": "own", "weights": "none"}
    maps, explanations, randomisation = explain(
        files,
        classes=["LGG", "HGG"],
        settings=SETTINGS | {"crop": 32, "network": kinds | {"shape_features": "raw"}},
        layer="layer2",
        fold=0,
        seed=1,
        hardware={"device": "cpu", "precision": "float16"},
    )
    write_table(explanations, tmp_path / "explanations.csv", "explanations")
    write_table(randomisation, tmp_path / "randomisation.csv", "randomisation")
    assert maps.shape == (9, 2, 2, 40, 44)
    assert np.isnan(maps[..., :4, :]).all()
    assert np.nanmax(maps) == 1
    assert randomisation["stage"].tolist() == ORDER * 2
    assert explanations[["subject", "truth", "picture"]].values.tolist() == [
        ["b", "LGG", "tumour"],
        ["a", "HGG", "tumour"],
        ["b", "LGG", "brain"],
        ["a", "HGG", "brain"],
    ]
    assert explanations["share_of_mask"].tolist() == pytest.approx([200 / 32**2] * 4)
    assert explanations["p"].tolist() == pytest.approx(likeliest(files), abs=1e-5)
    for n, row in enumerate(explanations.itertuples()):
        heat = np.nan_to_num(maps[0, n % 2, n // 2].astype(float))
        share = heat[10:30, 15:25].sum() / heat.sum()
        assert row.share_inside == pytest.approx(share, abs=0.01)


def likeliest(files: dict) -> list[float]:
    """Give the probabilities of the written network, tumours first, as torch does."""
    trained = network(0).eval()
    trained.load_state_dict(torch.load(files["weights"]))
    middle = torch.from_numpy(np.load(files["array"]))[..., 4:36, 6:38] / 255 * 2 - 1
    features = torch.tensor([[2.0, 3, 4], [1, 3, 4]])  # of b and a
    with torch.inference_mode():
        logits = [trained(middle[:, number], features) for number in (0, 1)]
    return torch.cat(logits).softmax(dim=1).max(dim=1).values.tolist()
