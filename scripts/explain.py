"""Show where a trained network looks, by Grad-CAM, and whether its weights matter.

A-46: the paper names no method and no layer. The check with random weights is that of
Adebayo et al. 2018, "Sanity checks for saliency maps".
"""

import copy
import logging
from collections.abc import Iterator

import numpy as np
import pandas as pd
import torch
from scipy.stats import spearmanr
from torch import nn

from regrade.augmentation import cut
from regrade.examples import PICTURES
from regrade.heat import heat_maps, relative, uncut
from regrade.items import network_for, shape_features
from regrade.logs import log_to
from regrade.networks import backbone_of
from regrade.prediction import item_probabilities
from regrade.tables import read_table, write_table
from regrade.training import Items, choose_device, seed_everything
from regrade.views import plain_view

logger = logging.getLogger("regrade")


def load_pictures(
    files: dict, table: pd.DataFrame, classes: list[str]
) -> dict[str, Items]:
    """Load the examples: the items of each kind of picture.

    ASSUME: that of the whole brain goes through the network trained on tumours alone;
    the paper does not say which network it takes (A-46).
    """
    pictures = torch.from_numpy(np.load(files["array"]))
    labels = torch.tensor([classes.index(name) for name in table["class"]])
    features = None
    if "radiomics" in files:
        features = shape_features(files["radiomics"], table["subject"])
    return {
        name: Items(images=pictures[:, number], labels=labels, features=features)
        for number, name in enumerate(PICTURES)
    }


def probabilities_of(
    network: nn.Module, items: Items, settings: dict, device: torch.device
) -> np.ndarray:
    """Give the softmax of each item's logits: (items, classes)."""
    return item_probabilities(
        network,
        items,
        torch.arange(len(items.labels)),
        view=lambda images, labels, draws: plain_view(images, settings),
        mode="eval",
        device=device,
        precision="float32",
        batch_size=settings["training"]["batch_size"],
        seeds=(0,),  # nothing is drawn
    )


def layers_of(network: nn.Module) -> dict[str, nn.Module]:
    """Give the parts of a network that have weights, the last first."""
    backbone = backbone_of(network)
    joined = {} if backbone is network else dict(network.named_children())
    parts = [*backbone.named_children()]
    parts += [(name, part) for name, part in joined.items() if part is not backbone]
    return {name: part for name, part in reversed(parts) if [*part.parameters()]}


def randomised(network: nn.Module, fresh: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Make a network's weights random layer after layer, from the last one down.

    Parameters
    ----------
    fresh : the same network as it is built, whose weights are taken

    Yields
    ------
    the name of the layer, and a copy that is random down to it; always the same copy
    """
    changed = copy.deepcopy(network)
    others = layers_of(fresh)
    for name, layer in layers_of(changed).items():
        layer.load_state_dict(others[name].state_dict())
        yield name, changed


def seen(tumours: np.ndarray, settings: dict) -> np.ndarray:
    """Cut tumours (items, rows, columns) as the pictures of the network are."""
    whole = torch.from_numpy(tumours)[:, None]
    return cut(whole, settings.get("crop"))[:, 0].numpy()


def focus(maps: np.ndarray, tumours: np.ndarray) -> pd.DataFrame:
    """Measure how much of each map lies in the tumour.

    Parameters
    ----------
    maps, tumours : (items, rows, columns), from 0, and true or false

    Returns
    -------
    columns share_inside, share_of_mask, hit
    """
    flat, inside = maps.reshape(len(maps), -1), tumours.reshape(len(maps), -1)
    total = flat.sum(axis=1)
    empty = total == 0
    shares = (flat * inside).sum(axis=1) / np.where(empty, np.nan, total)
    hits = inside[np.arange(len(flat)), flat.argmax(axis=1)]
    return pd.DataFrame(
        {
            "share_inside": np.clip(shares, 0, 1),  # sums are rounded
            "share_of_mask": inside.mean(axis=1),
            "hit": pd.array(hits, dtype="boolean"),
        }
    ).assign(hit=lambda table: table["hit"].mask(empty))


def findings(
    table: pd.DataFrame,
    probabilities: np.ndarray,
    classes: list[str],
    measured: pd.DataFrame,
    picture: str,
) -> pd.DataFrame:
    """Put what was predicted beside what was measured (schema ``explanations``)."""
    found = table[["subject", "class"]].rename(columns={"class": "truth"})
    found["picture"] = picture
    found["predicted"] = np.array(classes)[probabilities.argmax(axis=1)]
    found["p"] = probabilities.max(axis=1)
    return found.join(measured)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Give Spearman's correlation of two maps; NaN if one has a single value."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return np.nan
    return float(spearmanr(first.ravel(), second.ravel()).statistic)


def compare(stages: dict[str, np.ndarray], picture: str) -> pd.DataFrame:
    """Compare the maps of each stage with those of the first, the trained network's.

    Parameters
    ----------
    stages : maps (items, rows, columns) by the name of the layer

    Returns
    -------
    columns stage, picture, maps, median, low, high
    """
    (_, trained), *others = stages.items()
    rows = []
    for stage, maps in others:
        pairs = zip(trained, maps, strict=True)
        values = pd.Series([rank_correlation(*pair) for pair in pairs]).dropna()
        low, median, high = values.quantile([0.25, 0.5, 0.75])
        row = {"stage": stage, "picture": picture, "maps": len(values)}
        rows.append(row | {"median": median, "low": low, "high": high})
    return pd.DataFrame(rows)


def explain_picture(
    network: nn.Module,
    fresh: nn.Module,
    items: Items,
    *,
    settings: dict,
    layer: str,
    device: torch.device,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Give probabilities of the items, and maps at each stage of randomisation.

    At all stages the map is of the class that the trained network predicts.

    Returns
    -------
    (items, classes); maps (items, rows, columns) by stage, ``trained`` first
    """
    probabilities = probabilities_of(network, items, settings, device)
    targets = torch.from_numpy(probabilities.argmax(axis=1))
    where = {"layer": layer, "settings": settings, "device": device}
    stages = {"trained": heat_maps(network, items, targets, **where)}
    for name, changed in randomised(network, fresh):
        stages[name] = heat_maps(changed, items, targets, **where)
        logger.info("Maps with random weights down to %s", name)
    return probabilities, stages


def explain(
    files: dict,
    *,
    classes: list[str],
    settings: dict,
    layer: str,
    fold: int,
    seed: int,
    hardware: dict,
) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame]:
    """Explain what the network of one training predicts of the examples.

    Parameters
    ----------
    files : paths of array, tumours, contents, weights and, for a network that takes
        shape features, radiomics
    fold, seed : of the training; random weights are drawn with them

    Returns
    -------
    maps (stages, items, pictures, rows, columns), each relative to its largest value,
    NaN where the network sees nothing; tables ``explanations`` and ``randomisation``
    """
    device = choose_device(hardware["device"])
    table = read_table(files["contents"], "examples")
    pictures = load_pictures(files, table, classes)
    tumours = np.load(files["tumours"])
    seed_everything(seed, fold)
    fresh = network_for(pictures["tumour"], classes, settings["network"]).to(device)
    network = copy.deepcopy(fresh)
    weights = torch.load(files["weights"], map_location=device, weights_only=True)
    network.load_state_dict(weights)
    shown, found, compared = [], [], []
    for name, items in pictures.items():
        probabilities, stages = explain_picture(
            network, fresh, items, settings=settings, layer=layer, device=device
        )
        measured = focus(stages["trained"], seen(tumours, settings))
        found.append(findings(table, probabilities, classes, measured, name))
        compared.append(compare(stages, name))
        maps = relative(np.stack(list(stages.values())), axes=(-2, -1))
        shown.append(uncut(maps, tumours.shape[1:], settings.get("crop")))
    return np.stack(shown, axis=2), pd.concat(found), pd.concat(compared)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    torch.set_num_threads(snakemake.threads)
    maps, explanations, randomisation = explain(
        {key: f for key, f in snakemake.input.items() if key != "library"},
        **snakemake.params,
    )
    np.save(snakemake.output.maps, maps)
    write_table(explanations, snakemake.output.explanations, "explanations")
    write_table(randomisation, snakemake.output.randomisation, "randomisation")
