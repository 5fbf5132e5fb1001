"""Seconds of an epoch and peak memory of the papers' trainings, at the papers' sizes.

Run from the repository: python benchmarks/training.py [STUDY/EXPERIMENT[@BATCH] ...]
Made-up images of the right number and shape, kept packed as a training keeps them; each
model learns from them with its study's own settings. Prints the seconds of an epoch,
items a second, peak memory, and the work done a second as a share of what one large
matrix product reaches on the same device, just before. ``--items`` takes fewer items
and multiplies up; ``--precision`` is as in config.yaml.
"""

import argparse
import sys
import time
from pathlib import Path

import torch
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from regrade.items import network_for  # noqa: E402
from regrade.networks import work_of  # noqa: E402
from regrade.settings import run_settings  # noqa: E402
from regrade.training import (  # noqa: E402
    Items,
    Training,
    choose_device,
    run_epoch,
    seed_everything,
)
from regrade.views import plain_view, training_view  # noqa: E402

# Items of an epoch: B-01 and B-09, a 70 % share of 591; A-10; A-08 with four copies.
EPOCHS = {
    "chatterjee2022/mc3_18": 414,
    "chatterjee2022/r3d_18": 414,
    "chatterjee2022/r2plus1d_18": 414,
    "chatterjee2022/mc3_18@8": 414,
    "zeng2024/resnet50_all_shape": 25162,
    "zeng2024/resnet50_3d_all": 78 * 4 + 286,
}
SHAPE_FEATURES = 14
CPU = torch.device("cpu")


def settings_of(name: str) -> tuple[dict, dict, list[str]]:
    """Give the settings, the input and the classes of a model, as published."""
    study_name, _, rest = name.partition("/")
    experiment, _, batch = rest.partition("@")
    path = ROOT / f"workflow/studies/{study_name}.yaml"
    study = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings = run_settings(study, "as_described", experiment, None)
    if batch:
        settings["training"]["batch_size"] = int(batch)
    return settings, study["inputs"][settings["input"]], study["classes"]


def made_up(count: int, way: dict, settings: dict, classes: list[str]) -> Items:
    """Give random images of an input's shape; as many of each class."""
    channels = len(next(iter(way["contrasts"].values())))
    shape = (count, channels, *way["shape"])
    features = None
    if settings["network"]["shape_features"] != "none":
        features = torch.randn(count, SHAPE_FEATURES)
    return Items(
        images=torch.randint(0, 256, shape, dtype=torch.uint8),
        labels=torch.arange(count) % len(classes),
        features=features,
    )


def multiply_adds_a_second(device: torch.device, precision: str) -> float:
    """Measure one large matrix product on the device, after a first one."""
    size = 8192 if device.type == "cuda" else 2048
    kind = getattr(torch, precision) if device.type == "cuda" else torch.float32
    one, other = (torch.randn(size, size, device=device, dtype=kind) for _ in range(2))
    for _ in range(2):
        settle(device)
        start = time.monotonic()
        for _ in range(10):
            one @ other
        settle(device)
        seconds = time.monotonic() - start
    return 10 * size**3 / seconds


def settle(device: torch.device) -> None:
    """Wait until the device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def measure(name: str, items_wanted: int | None, device, precision: str) -> str:
    """Train a model for an epoch, after two batches that do not count."""
    settings, way, classes = settings_of(name)
    whole = EPOCHS.get(name, 100)
    count = min(items_wanted or whole, whole)
    items = made_up(count, way, settings, classes)
    if device.type == "cuda":
        items = Items(items.images.to(device), items.labels, items.features)
        torch.cuda.reset_peak_memory_stats()
    seed_everything(0)
    training = Training(
        network_for(items, classes, settings["network"]),
        device=device,
        precision=precision,
        loss=settings["loss"],
        **settings["optimizer"],
    )
    batch_size = settings["training"]["batch_size"]
    ways = {
        "view": training_view(settings, classes),
        "weights": torch.ones(len(classes), device=device),
        "batch_size": batch_size,
        "name": name,
    }
    rows = torch.arange(count)
    run_epoch(training, items, rows[: 2 * batch_size], draws=seed_everything(1), **ways)
    settle(device)
    start = time.monotonic()
    run_epoch(training, items, rows, draws=seed_everything(2), **ways)
    settle(device)
    seconds = time.monotonic() - start
    image, *features = items.batch(rows[:1], CPU)
    work = work_of(training.network, (plain_view(image, settings), *features))
    # Forward once, backward twice.
    reached = 3 * work["multiply_adds"] * count / seconds
    share = reached / multiply_adds_a_second(device, precision)
    memory = torch.cuda.max_memory_allocated() / 2**20 if device.type == "cuda" else 0
    return (
        f"| {name} | {batch_size} | {whole} | {seconds * whole / count:.1f} | "
        f"{count / seconds:.1f} | {memory:,.0f} | {share:.2f} |"
    )


def main() -> None:
    """Measure the models that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--items", type=int)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--precision", default="float16")
    given = parser.parse_args()
    device = choose_device(given.device)
    machine = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
    print(f"{machine}, torch {torch.__version__}, {given.precision}")
    print("| model | batch | items | s an epoch | items/s | peak MB | share of rate |")
    print("|---|---|---|---|---|---|---|")
    for name in given.models or EPOCHS:
        print(measure(name, given.items, device, given.precision), flush=True)


if __name__ == "__main__":
    main()
