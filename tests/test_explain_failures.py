import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from explain_failures import choose_items, choose_runs, explain_failures, map_of
from regrade.heat import relative, upright
from regrade.networks import build
from regrade.tables import write_table
from regrade.training import Items

torch.set_num_threads(1)

CPU = torch.device("cpu")
SETTINGS = {"values": [0, 1], "training": {"batch_size": 1}}


def predictions_of(*rows):
    columns = ["fold", "seed", "epoch", "subject", "role", "truth", "predicted"]
    table = pd.DataFrame(rows, columns=[*columns, "p_LGG"])
    return table.assign(experiment="x", p_HGG=1 - table["p_LGG"])


PREDICTIONS = predictions_of(
    (0, 1, 1, "a", "test", "LGG", "HGG", 0.1),  # another epoch's weights
    (0, 1, 2, "a", "test", "LGG", "LGG", 0.7),
    (1, 1, 2, "a", "validation", "LGG", "HGG", 0.3),
    (2, 1, 2, "a", "test", "LGG", "HGG", 0.4),
    (3, 1, 2, "a", "test", "LGG", "HGG", 0.2),
    (1, 1, 2, "b", "test", "HGG", "HGG", 0.1),
    (2, 1, 2, "b", "test", "HGG", "HGG", 0.2),
    (0, 1, 2, "c", "test", "HGG", "LGG", 0.9),
)


def test_the_network_was_trained_without_the_subject_and_is_wrong_if_any_is():
    chosen = choose_runs(pd.DataFrame({"subject": ["b", "a"]}), PREDICTIONS)
    assert chosen["subject"].tolist() == ["b", "a"]
    assert chosen["fold"].tolist() == [1, 2]
    assert chosen["predicted"].tolist() == ["HGG", "HGG"]


def test_the_item_is_the_slice_with_the_largest_tumour():
    contents = pd.DataFrame(
        {"subject": ["a", "b", "a", "a"], "slice": [7, 1, 8, 9], "area": [5, 1, 6, 6.0]}
    )
    items = choose_items(contents, pd.Series(["b", "a"]))
    assert items.to_numpy().tolist() == [[1, 1], [2, 8]]


class Copy3D(nn.Module):
    """Copies its volume in `layer1`; the logits are its mean and minus its mean."""

    def __init__(self):
        super().__init__()
        self.layer1 = nn.Conv3d(1, 1, 1, bias=False)
        nn.init.ones_(self.layer1.weight)

    def forward(self, volumes):
        mean = self.layer1(volumes).mean(dim=(2, 3, 4))
        return torch.cat([mean, -mean], dim=1)


@pytest.mark.parametrize("axis", ["axial", "coronal", "sagittal"])
def test_the_map_of_a_volume_lies_as_it_is_packed(axis):
    volume = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    item = Items(
        images=torch.from_numpy(volume)[None, None],
        labels=torch.tensor([0]),
        features=None,
    )
    heat = map_of(
        Copy3D(),
        item,
        0,
        layer="layer1",
        settings=SETTINGS | {"axis": axis},
        device=CPU,
    )
    assert heat.shape == (2, 3, 4)
    assert heat == pytest.approx(volume / 23, abs=1e-3)


def test_slices_are_not_turned():
    maps = np.arange(6.0).reshape(1, 2, 3)
    assert upright(maps, {}) is maps


def test_a_volume_is_relative_to_its_largest_value_anywhere():
    maps = np.array([[[[4.0]], [[1.0]]]])
    assert relative(maps, axes=(1, 2, 3)).ravel().tolist() == [1, 0.25]


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return build(
        "resnet50", channels=1, classes=2, dropout=0.0, shape_features=2, stem="own"
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict:
    """Write three packed slices of two subjects, and the networks of four folds."""
    folder = tmp_path_factory.mktemp("failures")
    names = ["failures", "predictions", "contents", "radiomics"]
    paths = {name: str(folder / f"{name}.csv") for name in names}
    paths["array"] = str(folder / "array.npy")
    pixels = np.random.default_rng(0).integers(0, 255, (3, 1, 40, 44), np.uint8)
    np.save(paths["array"], pixels)
    items = {"subject": ["c", "a", "a"], "slice": [4, 5, 6], "area": [9.0, 2, 8]}
    write_table(pd.DataFrame(items), paths["contents"], "items")
    write_table(PREDICTIONS, paths["predictions"], "predictions")
    features = pd.DataFrame({"subject": ["a", "c"], "x": [1, 2], "y": 3})
    features.to_csv(paths["radiomics"], index=False)
    counts = {"predictions": 3, "wrong": 2, "share": 0.7, "experiments": 1}
    words = {"study": "s", "variant": "v", "cohort": "k", "most_often": "HGG"}
    table = pd.DataFrame({"subject": ["a", "c"], "truth": ["LGG", "HGG"]})
    write_table(table.assign(**counts, **words), paths["failures"], "failures")
    paths["weights"] = [str(folder / f"{fold}.pt") for fold in range(4)]
    for fold, path in enumerate(paths["weights"]):
        torch.save(network(fold).state_dict(), path)
    return paths


OPTIONS = {
    "runs": [(fold, 1) for fold in range(4)],
    "classes": ["LGG", "HGG"],
    "settings": SETTINGS
    | {"crop": 32, "channels": None}
    | {"network": {"name": "resnet50", "dropout": 0.0, "stem": "own"}},
    "layer": "layer2",
    "hardware": {"device": "cpu", "precision": "float16"},
}


def test_the_worst_are_explained_by_the_networks_of_their_folds(files, tmp_path):
    maps, table = explain_failures(files, subjects=2, **OPTIONS)
    write_table(table, tmp_path / "maps.csv", "failure_maps")
    assert table["subject"].tolist() == ["a", "c"]
    assert table["slice"].tolist() == [6, 4]
    assert table["fold"].tolist() == [2, 0]
    assert table["predicted"].tolist() == ["HGG", "LGG"]
    assert table["p"].tolist() == pytest.approx([0.6, 0.9])
    assert maps.shape == (2, 1, 40, 44)
    assert np.isnan(maps[..., :4, :]).all()
    item = Items(
        images=torch.from_numpy(np.load(files["array"]))[[2]],
        labels=torch.tensor([0]),
        features=torch.tensor([[1.0, 3.0]]),
    )
    where = {"layer": "layer2", "settings": OPTIONS["settings"], "device": CPU}
    expected = map_of(network(2), item, 1, **where)
    assert np.array_equal(maps[0], expected, equal_nan=True)
    assert np.nanmax(maps[0]) == 1


def test_nobody_is_explained_where_nobody_is_wrong(files, tmp_path):
    nobody = pd.read_csv(files["failures"]).iloc[:0]
    path = str(tmp_path / "failures.csv")
    write_table(nobody, path, "failures")
    maps, table = explain_failures(files | {"failures": path}, subjects=2, **OPTIONS)
    assert maps.shape == (0, 1, 40, 44)
    write_table(table, tmp_path / "maps.csv", "failure_maps")


def test_so_many_as_the_setting_says(files):
    maps, table = explain_failures(files, subjects=1, **OPTIONS)
    assert (len(maps), len(table)) == (1, 1)
