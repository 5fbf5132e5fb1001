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

from regrade.guards import check_axis, check_plain, check_roles, check_weights_act
from regrade.items import load_fold, load_images, network_for
from regrade.logs import log_to
from regrade.networks import backbone_of, count_parameters, work_of
from regrade.prediction import (
    by_subject,
    item_probabilities,
    item_table,
    macro_f1,
    scored_rows,
)
from regrade.training import (
    LOSSES,
    Items,
    Training,
    choose_device,
    fit,
    identity_of,
    seed_everything,
    weights_of_classes,
)
from regrade.views import plain_view, scoring_view, training_view
from regrade.weights import load_pretrained, read_weights

logger = logging.getLogger("regrade")

CPU = torch.device("cpu")


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


def costs(training: Training, items: Items, rows: torch.Tensor, settings: dict) -> dict:
    """Measure what the training took, and one item of it (A-48, B-37)."""
    seconds = np.array([epoch["seconds"] for epoch in training.history])
    on_gpu = training.device.type == "cuda"
    peak = (
        torch.cuda.max_memory_allocated() / 2**20
        if on_gpu
        else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    )
    image, *features = items.batch(rows[:1], CPU)
    return {
        "device": torch.cuda.get_device_name() if on_gpu else "CPU",
        "precision": training.precision,
        "parameters": count_parameters(training.network),
        **work_of(training.network, (plain_view(image, settings), *features)),
        "epochs": len(seconds),
        "items": len(rows),
        "seconds_per_epoch": round(float(np.median(seconds)), 3),
        "items_per_second": round(len(rows) / float(np.median(seconds)), 3),
        "peak_memory_mb": round(peak, 1),
    }


def start(
    files: dict,
    *,
    classes: list[str],
    settings: dict,
    fold: int,
    seed: int,
    sha256: str | None,
    hardware: dict,
) -> tuple[Training, pd.DataFrame, Items]:
    """Load the fold and build the training at its first epoch.

    Parameters
    ----------
    sha256 : of the file of pretrained weights, or None

    Returns
    -------
    the training, what the packed rows show (``fold_table``), and the items
    """
    about = json.loads(Path(files["about"]).read_text())
    check_axis(about.get("axes"), settings)
    device = choose_device(hardware["device"])
    images = load_images(files["array"], channels=settings["channels"], device=device)
    table, items = load_fold(files, fold, classes, images)
    seed_everything(seed, fold)
    network = network_for(items, classes, settings["network"])
    if settings["network"]["weights"] != "none":
        weights = read_weights(Path(files["pretrained"]), sha256)
        load_pretrained(backbone_of(network), settings["network"]["name"], weights)
    if settings["network"]["shape_features"] == "standardised":
        network.standardise_by(training_features(table, items))
    training = Training(
        network,
        device=device,
        precision=hardware["precision"],
        loss=settings["loss"],
        **settings["optimizer"],
    )
    return training, table, items


def watcher(
    table: pd.DataFrame,
    items: Items,
    *,
    classes: list[str],
    settings: dict,
    seeds: tuple[int, int],
) -> Callable[[Training, int], dict]:
    """Give what is done after each epoch, as ``evaluation: epochs`` asks.

    ``best``: score the validation subjects and keep the weights that did it best (the
    first of them). ``pooled``: predict all scored subjects, and keep that (3B-2).
    """
    epochs = settings["evaluation"]["epochs"]
    if epochs == "last":
        return lambda training, epoch: {}
    roles = ["validation"] if epochs == "best" else ["validation", "test"]
    rows = scored_rows(table, roles)
    if not len(rows):
        raise ValueError(
            f"`evaluation: epochs: {epochs}` needs {roles[0]} subjects, and the fold "
            "has none; set `split: validation_share`."
        )
    view = scoring_view(settings, classes)
    (image, *_), labels = items.batch(rows[:1], CPU), items.labels[rows[:1]]
    check_plain(view, image, labels, settings)

    def watch(training: Training, epoch: int) -> dict:
        probabilities = item_probabilities(
            training.network,
            items,
            rows,
            view=view,
            mode=settings["evaluation"]["mode"],
            device=training.device,
            precision=training.precision,
            batch_size=settings["training"]["batch_size"],
            seeds=(*seeds, epoch, 1),
        )
        if epochs == "pooled":
            training.pooled.append(torch.from_numpy(probabilities))
            return {}
        shown = item_table(table, rows, probabilities, classes, epoch)
        score = macro_f1(by_subject(shown, classes), classes)
        if score > max((e["validation_f1"] for e in training.history), default=-1):
            training.keep()
        return {"validation_f1": score}

    return watch


def train(
    files: dict, state: Path, *, save_every: float, read: list[str], **run
) -> tuple[Training, dict]:
    """Train on the fold's training subjects; give the training and its costs.

    Parameters
    ----------
    files : paths of array, contents, about, splits and, if the network takes them,
        radiomics and pretrained
    state : where the training state is kept while it runs
    save_every : seconds after which it is written again
    read : the (small) files whose contents, with the settings, name this training
    run : what ``start`` takes
    """
    training, table, items = start(files, **run)
    settings, classes = run["settings"], run["classes"]
    rows = training_rows(table, settings.get("copies", {}))
    check_roles(table, rows)
    counts = class_counts(table, classes)
    subjects = dict(zip(classes, counts.tolist(), strict=True))
    logger.info("%s: subjects %s, %d items", training.device, subjects, len(rows))
    weights = weights_of_classes(counts, settings["class_weights"])
    if settings["loss"] != "weights_cancel":
        batch_size = settings["training"]["batch_size"]
        check_weights_act(LOSSES[settings["loss"]], weights, batch_size)
    seeds = (run["seed"], run["fold"])
    fit(
        training,
        items,
        rows,
        view=training_view(settings, classes),
        watch=watcher(table, items, classes=classes, settings=settings, seeds=seeds),
        weights=weights,
        **settings["training"],
        seeds=seeds,
        state=state,
        save_every=save_every,
        identity=identity_of(run | {"hardware": training.precision}, read),
    )
    return training, costs(training, items, rows, settings)


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
        save_every=snakemake.resources.save_every,
        read=[f for f in snakemake.input if f != snakemake.input.array],
        classes=snakemake.params.classes,
        settings=snakemake.params.settings,
        fold=snakemake.params.fold,
        seed=snakemake.params.seed,
        sha256=snakemake.params.sha256,
        hardware=snakemake.params.hardware,
    )
    torch.save(training.kept or training.network.state_dict(), snakemake.output.weights)
    np.save(snakemake.output.pooled, np.array([p.numpy() for p in training.pooled]))
    pd.DataFrame(training.history).to_csv(snakemake.output.history, index=False)
    Path(snakemake.output.cost).write_text(json.dumps(cost, indent=2) + "\n")
    state.unlink(missing_ok=True)
