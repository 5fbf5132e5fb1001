"""One training: from items on a device to weights, resumable."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from regrade.logs import progress

logger = logging.getLogger("regrade")


@dataclass(frozen=True)
class Items:
    """What a network sees, item by item.

    Parameters
    ----------
    images : packed bytes (items, channels, *space), on the device or memory-mapped
    labels : class numbers (items,)
    features : shape features (items, f), or None
    """

    images: Tensor
    labels: Tensor
    features: Tensor | None

    def batch(self, rows: Tensor, device: torch.device) -> tuple[Tensor, ...]:
        """Give images (b, c, *space) of 0 to 1 and, if there are, features (b, f)."""
        images = self.images[rows.to(self.images.device)].to(device).float() / 255
        if self.features is None:
            return (images,)
        return images, self.features[rows].to(device)


def choose_device(name: str) -> torch.device:
    """Give the device of that name; ``auto`` takes a GPU if there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "config.yaml has `hardware: device: cuda`, but torch sees no GPU here."
        )
    return torch.device(name)


def mixed_precision(device: torch.device, precision: str) -> torch.autocast:
    """Give the context in which a network runs; a CPU keeps float32 (B-21)."""
    mixed = device.type == "cuda" and precision != "float32"
    return torch.autocast(device.type, getattr(torch, precision), enabled=mixed)


def seed_everything(*numbers: int) -> torch.Generator:
    """Seed torch for this epoch of this run, and give a generator for the draws."""
    digest = hashlib.sha256(repr(numbers).encode()).digest()
    seed = int.from_bytes(digest[:7], "big")
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed + 1)


def weights_of_classes(counts: np.ndarray, rule: str) -> Tensor:
    """Give the loss weight of each class (B-25).

    Parameters
    ----------
    counts : training subjects of each class
    rule : ``one_minus_share``, the paper's; ``largest_over_own``, the public code's
        [3.54, 1, 1]; ``none``, 1 for all
    """
    if rule == "none":
        return torch.ones(len(counts))
    if counts.min() == 0:
        raise ValueError(
            f"The classes have {counts.tolist()} training subjects; one without any "
            "has no weight. Set `class_weights: none`, or `split: stratify: [class]`."
        )
    weights = {
        "one_minus_share": 1 - counts / counts.sum(),
        "largest_over_own": counts.max() / counts,
    }
    return torch.tensor(weights[rule], dtype=torch.float32)


def weighted_loss(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Give the mean over a batch of each item's cross-entropy times its class's weight.

    torch's own weighted mean divides by the weights again, so that at batch size 1 they
    cancel; equation 2 of paper B does not.
    """
    losses = functional.cross_entropy(logits.float(), labels, reduction="none")
    return (losses * weights[labels]).mean()


def cancelled_loss(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Give torch's own weighted mean, which the public code of paper B uses (3B-8)."""
    return functional.cross_entropy(logits.float(), labels, weights)


LOSSES = {"weighted": weighted_loss, "weights_cancel": cancelled_loss}


def layout_for(network: nn.Module, device: torch.device) -> torch.memory_format:
    """Give the order in memory that is fastest: channels last, but on a CPU."""
    if device.type == "cpu":
        return torch.contiguous_format
    volumes = any(isinstance(m, nn.Conv3d) for m in network.modules())
    return torch.channels_last_3d if volumes else torch.channels_last


class Training:
    """A network with its optimiser and its place in the run; saved whole as it goes.

    Attributes
    ----------
    history : epoch, loss, seconds and what else was measured, for each epoch done
    kept : weights of the best epoch so far, where there is one to choose
    pooled : probabilities of the scored items after each epoch, where all count
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        device: torch.device,
        precision: str,
        loss: str,
        learning_rate: float,
        betas: list[float],
        weight_decay: float,
    ):
        self.layout = layout_for(network, device)
        self.network = network.to(device, memory_format=self.layout)
        self.device = device
        self.optimizer = torch.optim.Adam(
            network.parameters(), learning_rate, tuple(betas), weight_decay=weight_decay
        )
        self.precision = precision if device.type == "cuda" else "float32"
        scaled = self.precision == "float16"
        self.scaler = torch.amp.GradScaler(device.type, enabled=scaled)
        self.loss = LOSSES[loss]
        self.history: list[dict] = []
        self.kept: dict[str, Tensor] = {}
        self.pooled: list[Tensor] = []

    def step(
        self, inputs: tuple[Tensor, ...], labels: Tensor, weights: Tensor
    ) -> Tensor:
        """Learn from one batch and give its loss, still on the device."""
        with mixed_precision(self.device, self.precision):
            logits = self.network(*inputs)
        loss = self.loss(logits, labels, weights)
        self.optimizer.zero_grad()
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss.detach()

    def save(self, path: Path, identity: str) -> None:
        """Write all a later process needs; a kill leaves the old file or the new."""
        parts = {name: getattr(self, name).state_dict() for name in _PARTS}
        state = parts | {name: getattr(self, name) for name in _RECORDS}
        state["identity"] = identity
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def resume(self, path: Path, identity: str) -> None:
        """Take up a saved state, if it is of the same run with the same settings."""
        if not path.exists():
            return
        # To the CPU: Adam counts its steps there; the rest is copied to its place.
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["identity"] != identity:
            logger.info("The saved state is of other settings or data: starting anew.")
            return
        for name in _PARTS:
            getattr(self, name).load_state_dict(state[name])
        for name in _RECORDS:
            setattr(self, name, state[name])
        logger.info("Resuming after epoch %d.", len(self.history))

    def keep(self) -> None:
        """Set these weights aside."""
        state = self.network.state_dict()
        self.kept = {name: w.detach().cpu().clone() for name, w in state.items()}


_PARTS = ("network", "optimizer", "scaler")
_RECORDS = ("history", "kept", "pooled")


def run_epoch(
    training: Training,
    items: Items,
    rows: Tensor,
    *,
    view: Callable[[Tensor, Tensor, torch.Generator], Tensor],
    weights: Tensor,
    batch_size: int,
    draws: torch.Generator,
    name: str,
) -> float:
    """Go through the rows once in random order; give the mean loss of the batches."""
    training.network.train()
    order = rows[torch.randperm(len(rows), generator=draws)]
    losses = []
    for chosen in progress(order.split(batch_size), f"batches of {name}"):
        images, *features = items.batch(chosen, training.device)
        labels = items.labels[chosen]
        images = view(images, labels, draws)
        inputs = (images.contiguous(memory_format=training.layout), *features)
        losses.append(training.step(inputs, labels.to(training.device), weights))
    return float(torch.stack(losses).mean())


def fit(
    training: Training,
    items: Items,
    rows: Tensor,
    *,
    view: Callable[[Tensor, Tensor, torch.Generator], Tensor],
    watch: Callable[[Training, int], dict],
    weights: Tensor,
    epochs: int,
    batch_size: int,
    seeds: tuple[int, ...],
    state: Path,
    save_every: float,
    identity: str,
) -> None:
    """Learn for the epochs that are left; after each, watch, and save if it is time.

    Each epoch seeds its own draws, so that a resumed run goes on as if nothing had
    happened, and no generator's state needs keeping.

    Parameters
    ----------
    view : what is learnt from a batch of images
    watch : called with the training after each epoch; gives what else its history
        records
    save_every : seconds after which the state is written again
    """
    training.resume(state, identity)
    saved = time.monotonic()
    weights = weights.to(training.device)
    for epoch in range(len(training.history) + 1, epochs + 1):
        start = time.monotonic()
        loss = run_epoch(
            training,
            items,
            rows,
            view=view,
            weights=weights,
            batch_size=batch_size,
            draws=seed_everything(*seeds, epoch),
            name=f"epoch {epoch} of {epochs}",
        )
        _refuse_nonfinite(loss, epoch)
        seconds = time.monotonic() - start
        done = {"epoch": epoch, "loss": loss, "seconds": seconds}
        training.history.append(done | watch(training, epoch))
        if time.monotonic() - saved >= save_every:
            training.save(state, identity)
            saved = time.monotonic()
        logger.info("Epoch %d of %d: loss %.4f, %.1f s", epoch, epochs, loss, seconds)


def _refuse_nonfinite(loss: float, epoch: int) -> None:
    if not np.isfinite(loss):
        raise ValueError(
            f"The training loss is {loss} in epoch {epoch}; a smaller `learning_rate` "
            "or `hardware: precision: float32` may help."
        )


def identity_of(settings: Mapping, files: list[str]) -> str:
    """Name a run by its settings and the contents of the (small) files it reads."""
    text = json.dumps(settings, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode())
    for file in files:
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()
