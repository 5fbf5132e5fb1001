"""Train one network on one fold with one seed."""

import json
import logging
import os
import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from regrade.augmentation import augment, cut, magnify
from regrade.items import load_fold, network_for
from regrade.logs import log_to
from regrade.networks import count_parameters
from regrade.training import (
    Items,
    Training,
    choose_device,
    fit,
    identity_of,
    seed_everything,
    weights_of_classes,
)

logger = logging.getLogger("regrade")


def learnt(table: pd.DataFrame) -> pd.Series:
    """Tell which items are of training subjects; some may have no role at all."""
    return (table["role"] == "train").fillna(False).astype(bool)


def training_rows(table: pd.DataFrame, copies: dict[str, int]) -> torch.Tensor:
    """Give the rows to train on; classes in ``copies`` stand there so often (A-10)."""
    rows = np.flatnonzero(learnt(table))
    times = table["class"].iloc[rows].map(copies).fillna(1).astype(int)
    return torch.from_numpy(np.repeat(rows, times))


def class_counts(table: pd.DataFrame, classes: list[str]) -> np.ndarray:
    """Count the training subjects of each class."""
    train = table[learnt(table)].drop_duplicates("subject")
    return train["class"].value_counts().reindex(classes, fill_value=0).to_numpy()


def make_augment(settings: dict, classes: list[str]) -> Callable:
    """Give the function that turns a batch of packed images into what is learnt from.

    Only images of ``augmentation: classes`` are magnified and augmented (A-15, A-17);
    where the settings have a ``crop``, the others are cut in the middle (A-16).
    """
    augmentation = settings["augmentation"]
    numbers = torch.tensor([classes.index(c) for c in augmentation["classes"]])

    def view(images, labels, draws):
        chosen = torch.isin(labels, numbers).to(images.device)
        plain = cut(images, settings.get("crop"))
        if not chosen.any():
            return plain
        large = images[chosen]
        if "magnification" in settings:
            sizes = settings["magnification"] | {"crop": settings["crop"]}
            large = magnify(large, draws, **sizes)
        else:
            large = plain[chosen]
        plain[chosen] = augment(large, draws, augmentation)
        return plain

    return view


def costs(training: Training, items: int) -> dict:
    """Measure what the training took (A-48)."""
    seconds = np.array([epoch["seconds"] for epoch in training.history])
    on_gpu = training.device.type == "cuda"
    peak = (
        torch.cuda.max_memory_allocated() / 2**20
        if on_gpu
        else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    )
    return {
        "device": torch.cuda.get_device_name() if on_gpu else "CPU",
        "precision": training.precision,
        "parameters": count_parameters(training.network),
        "epochs": len(seconds),
        "items": items,
        "seconds_per_epoch": round(float(np.median(seconds)), 3),
        "items_per_second": round(items / float(np.median(seconds)), 3),
        "peak_memory_mb": round(peak, 1),
    }


def start(
    files: dict,
    *,
    classes: list[str],
    settings: dict,
    fold: int,
    seed: int,
    hardware: dict,
) -> tuple[Training, pd.DataFrame, Items]:
    """Load the fold and build the training at its first epoch.

    Returns
    -------
    the training, what the packed rows show (``fold_table``), and the items
    """
    device = choose_device(hardware["device"])
    table, items = load_fold(files, fold, classes, device=device)
    seed_everything(seed, fold)
    network = network_for(items, classes, settings["network"])
    if items.features is not None:
        network.standardise_by(training_features(table, items))
    training = Training(
        network, device=device, precision=hardware["precision"], **settings["optimizer"]
    )
    return training, table, items


def train(files: dict, state: Path, *, read: list[str], **run) -> tuple[Training, dict]:
    """Train on the fold's training subjects; give the training and its costs.

    Parameters
    ----------
    files : paths of array, contents, about, splits and, with shape features, radiomics
    state : where the training state is kept while it runs
    read : the (small) files whose contents, with the settings, name this training
    run : what ``start`` takes
    """
    training, table, items = start(files, **run)
    settings, classes = run["settings"], run["classes"]
    rows = training_rows(table, settings.get("copies", {}))
    counts = class_counts(table, classes)
    subjects = dict(zip(classes, counts.tolist(), strict=True))
    logger.info("%s: subjects %s, %d items", training.device, subjects, len(rows))
    fit(
        training,
        items,
        rows,
        augment=make_augment(settings, classes),
        weights=weights_of_classes(counts, settings["class_weights"]),
        **settings["training"],
        seeds=(run["seed"], run["fold"]),
        state=state,
        identity=identity_of(run | {"hardware": training.precision}, read),
    )
    return training, costs(training, len(rows))


def training_features(table: pd.DataFrame, items: Items) -> torch.Tensor:
    """Give the shape features of the training subjects, each once (A-13)."""
    train = table[learnt(table)].drop_duplicates("subject")
    return items.features[torch.tensor(train.index.to_numpy())]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    torch.set_num_threads(snakemake.threads)
    # What has no deterministic form on a GPU warns and runs all the same.
    torch.use_deterministic_algorithms(True, warn_only=True)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # Beside the outputs, but not one of them: Snakemake removes the outputs of a job
    # that was killed, and the next one resumes from here.
    state = Path(snakemake.output.weights).with_name("state.pt")
    files = {key: f for key, f in snakemake.input.items() if key != "library"}
    training, cost = train(
        files,
        state,
        read=[f for f in snakemake.input if f != snakemake.input.array],
        classes=snakemake.params.classes,
        settings=snakemake.params.settings,
        fold=snakemake.params.fold,
        seed=snakemake.params.seed,
        hardware=snakemake.params.hardware,
    )
    torch.save(training.network.state_dict(), snakemake.output.weights)
    pd.DataFrame(training.history).to_csv(snakemake.output.history, index=False)
    Path(snakemake.output.cost).write_text(json.dumps(cost, indent=2) + "\n")
    state.unlink()
