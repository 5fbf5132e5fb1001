import numpy as np
import pandas as pd
import pytest
import torch

from regrade.items import fold_table, load_fold, load_images
from train import class_counts, training_rows

CPU = torch.device("cpu")

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


def images_of(files: dict, channels: list[int] | None = None) -> torch.Tensor:
    return load_images(files["array"], channels=channels, device=CPU)


def test_items_keep_the_order_of_the_array(files):
    table, items = load_fold(files, 0, ["LGG", "HGG"], images_of(files))
    assert table["subject"].tolist() == ["b", "b", "c", "a"]
    assert items.labels.tolist() == [1, 1, -1, 0]
    assert items.features.tolist() == [[2], [2], [3], [1]]
    assert items.images.flatten().tolist() == [0, 1, 2, 3]
    assert training_rows(table, {}).tolist() == [3]


def test_the_named_channels_are_what_the_network_sees(files):
    array = np.arange(4 * 3, dtype=np.uint8).reshape(4, 3, 1, 1)
    np.save(files["array"], array)
    _, items = load_fold(files, 0, ["LGG", "HGG"], images_of(files, channels=[2, 0]))
    assert items.images[:, :, 0, 0].tolist() == [[2, 0], [5, 3], [8, 6], [11, 9]]


def test_each_fold_has_its_roles(files):
    table = fold_table(files["contents"], files["splits"], 1)
    assert training_rows(table, {}).tolist() == [0, 1]


def test_subjects_without_images_or_features_are_named(files, tmp_path):
    (tmp_path / "radiomics.csv").write_text("subject,Volume\na,1\nc,3\n")
    with pytest.raises(ValueError, match=r"no shape features of \['b'\]"):
        load_fold(files, 0, ["LGG", "HGG"], images_of(files))
    (tmp_path / "contents.csv").write_text("subject,slice,area\nb,3,\n")
    with pytest.raises(ValueError, match=r"no image of \['a'\], but"):
        fold_table(files["contents"], files["splits"], 0)
