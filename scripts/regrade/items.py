"""The items of one fold: which rows of the packed array belong to whom."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import nn

from regrade.networks import build
from regrade.packing import read_array
from regrade.tables import read_table
from regrade.training import Items


def fold_table(items_file: str, splits_file: str, fold: int) -> pd.DataFrame:
    """Join what the rows show with the fold's roles; one row an item, in array order.

    Items of subjects that are not in the split have no role.
    """
    items = read_table(items_file, "items")
    splits = read_table(splits_file, "splits")
    roles = splits.loc[splits["fold"] == fold, ["subject", "class", "role"]]
    missing = sorted(set(roles["subject"]) - set(items["subject"]))
    if missing:
        raise ValueError(
            f"{items_file} has no image of {missing[:5]}, but {splits_file} names them."
        )
    return items.merge(roles, on="subject", how="left", validate="many_to_one")


def load_images(
    array: str, *, channels: Sequence[int] | None, device: torch.device
) -> torch.Tensor:
    """Load the packed images (items, channels, *space), which all folds share.

    Parameters
    ----------
    channels : of the packed array, those the network sees; None for all
    """
    images = torch.from_numpy(read_array(array))
    if channels is not None:  # a copy in memory, where the whole array is mapped
        images = images[:, list(channels)]
    return images.to(device) if fits(images, device) else images


def load_fold(
    files: Mapping[str, str], fold: int, classes: Sequence[str], images: torch.Tensor
) -> tuple[pd.DataFrame, Items]:
    """Put a fold's labels and shape features beside the images.

    Parameters
    ----------
    files : paths of contents, splits and, for networks that take shape features,
        radiomics
    images : as ``load_images`` gives them
    """
    table = fold_table(files["contents"], files["splits"], fold)
    labels = table["class"].map({name: n for n, name in enumerate(classes)})
    features = None
    if "radiomics" in files:  # one vector a subject, repeated for each item
        features = shape_features(files["radiomics"], table["subject"])
    items = Items(
        images=images,
        labels=torch.tensor(labels.fillna(-1).to_numpy(np.int64)),
        features=features,
    )
    return table, items


def fits(images: torch.Tensor, device: torch.device) -> bool:
    """Tell whether the images leave half of a GPU's free memory to the training.

    Those that do are loaded once; others stay memory-mapped and come batch by batch.
    """
    if device.type != "cuda":
        return False
    free, _ = torch.cuda.mem_get_info(device)
    return images.numel() * images.element_size() < free / 2


def shape_features(radiomics_file: str, subjects: pd.Series) -> torch.Tensor:
    """Give the shape features (subjects, f), in the order of the subjects."""
    values = read_table(radiomics_file, "radiomics").set_index("subject")
    missing = sorted(set(subjects) - set(values.index))
    if missing:
        raise ValueError(f"{radiomics_file} has no shape features of {missing[:5]}.")
    return torch.tensor(values.loc[subjects].to_numpy(np.float32))


def network_for(items: Items, classes: Sequence[str], settings: Mapping) -> nn.Module:
    """Build the network of the settings for these channels, classes and features."""
    return build(
        settings["name"],
        channels=items.images.shape[1],
        classes=len(classes),
        dropout=settings["dropout"],
        stem=settings["stem"],
        shape_features=0 if items.features is None else items.features.shape[1],
    )
