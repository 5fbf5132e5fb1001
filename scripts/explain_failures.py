"""Show where networks look that get a subject wrong: Grad-CAM of those worst off."""

import numpy as np
import pandas as pd
import torch
from torch import nn

from regrade.heat import heat_maps, relative, uncut, upright
from regrade.items import load_images, network_for, shape_features
from regrade.logs import log_to, progress
from regrade.tables import read_table, write_table
from regrade.training import Items, choose_device


def choose_runs(failures: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Choose for each subject a network that was trained without it.

    Of those that are wrong, if any is, the first by fold and seed; where epochs are
    pooled, by its last one, whose weights are kept.

    Parameters
    ----------
    failures, predictions : tables of these names, the latter of one experiment

    Returns
    -------
    columns subject, fold, seed, truth, predicted, p_{class}; in the order of failures
    """
    tests = predictions[predictions["role"] == "test"]
    last = tests.groupby(["fold", "seed"])["epoch"].transform("max")
    tests = tests[tests["epoch"] == last]
    tests = tests.assign(right=tests["predicted"] == tests["truth"])
    ordered = tests.sort_values(["right", "fold", "seed"])
    return failures[["subject"]].merge(ordered.drop_duplicates("subject"), on="subject")


def choose_items(contents: pd.DataFrame, subjects: pd.Series) -> pd.DataFrame:
    """Give the number (item) and slice of each subject's volume, or largest slice.

    Parameters
    ----------
    contents : table ``items``
    """
    items = contents.rename_axis("item").reset_index()
    order = ["area", "slice"]
    largest = items.sort_values(order, ascending=[False, True])
    largest = largest.drop_duplicates("subject").set_index("subject")
    return largest.loc[subjects, ["item", "slice"]].reset_index(drop=True)


def map_of(
    network: nn.Module, item: Items, target: int, *, settings: dict, **where
) -> np.ndarray:
    """Give the map of one item, float16 (slices, rows, columns) as it is packed.

    It is relative to its largest value; NaN where the network sees nothing.
    """
    targets = torch.tensor([target])
    seen = heat_maps(network, item, targets, settings=settings, **where)
    seen = relative(upright(seen, settings), axes=tuple(range(1, seen.ndim)))
    shape = tuple(item.images.shape[-2:])
    return uncut(seen, shape, settings.get("crop")).reshape(-1, *shape)


def load_item(row, files: dict, images: torch.Tensor, classes: list[str]) -> Items:
    """Give the packed item of a chosen subject, alone."""
    features = None
    if "radiomics" in files:
        features = shape_features(files["radiomics"], pd.Series([row.subject]))
    return Items(
        images=images[row.item : row.item + 1],
        labels=torch.tensor([classes.index(row.truth)]),
        features=features,
    )


def explain_failures(
    files: dict,
    *,
    subjects: int,
    runs: list[tuple[int, int]],
    classes: list[str],
    settings: dict,
    layer: str,
    hardware: dict,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Explain what was predicted of the subjects that are wrong most often.

    Parameters
    ----------
    files : paths of failures, predictions, array, contents, weights (one a run) and,
        for a network that takes shape features, radiomics
    subjects : how many at most
    runs : fold and seed of each of the weights

    Returns
    -------
    maps (subjects, slices, rows, columns), and table ``failure_maps``
    """
    device = choose_device(hardware["device"])
    worst = read_table(files["failures"], "failures").head(subjects)
    chosen = choose_runs(worst, read_table(files["predictions"], "predictions"))
    items = choose_items(read_table(files["contents"], "items"), chosen["subject"])
    chosen = chosen.join(items)
    images = load_images(files["array"], channels=settings["channels"], device=device)
    weights = dict(zip(map(tuple, runs), files["weights"], strict=True))
    where = {"layer": layer, "settings": settings, "device": device}
    maps = [np.empty((0, 1, *images.shape[-2:]), np.float16)] if chosen.empty else []
    for row in progress(list(chosen.itertuples()), "subjects"):
        item = load_item(row, files, images, classes)
        network = network_for(item, classes, settings["network"])
        path = weights[row.fold, row.seed]
        network.load_state_dict(
            torch.load(path, map_location=device, weights_only=True)
        )
        maps.append(map_of(network, item, classes.index(row.predicted), **where)[None])
    chosen["p"] = chosen[[f"p_{name}" for name in classes]].max(axis=1)
    columns = ["subject", "slice", "fold", "seed", "predicted", "p"]
    return np.concatenate(maps), chosen[columns]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    torch.set_num_threads(snakemake.threads)
    maps, table = explain_failures(
        {key: f for key, f in snakemake.input.items() if key != "library"},
        **snakemake.params,
    )
    np.save(snakemake.output.maps, maps)
    write_table(table, snakemake.output.contents, "failure_maps")
