"""Pretrained weights: files of torchvision's layout, loaded but for what is new."""

import hashlib
import pickle
from pathlib import Path

import torch
from torch import Tensor, nn

# What a network of ours does not share with the library's, by the names of its weights:
# other classes go out, and into the video networks another number of channels comes
# (B-18). The stem of ResNet50 is taken, its filters spread over our channels.
NEW = {
    "r3d_18": ("stem.", "fc."),
    "mc3_18": ("stem.", "fc."),
    "r2plus1d_18": ("stem.", "fc."),
    "resnet50": ("fc.",),
}
SPREAD = {"resnet50": "conv1.weight"}


def read_weights(path: Path, sha256: str | None) -> dict[str, Tensor]:
    """Read a file of weights; nothing but tensors is taken from it.

    Parameters
    ----------
    sha256 : hash of the library's file, or its first digits, which the library puts
        into the file's name; None only for weights the demo made itself

    Raises
    ------
    ValueError
        If the hash is another one, or the file holds more than named tensors.
    """
    given = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 is not None and not given.startswith(sha256):
        raise ValueError(
            f"{path} has the SHA-256 {given}, but the library's is {sha256}; "
            "delete it and run `snakemake fetch` again."
        )
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} is no file of weights alone: {reason}") from error
    if not isinstance(state, dict) or not all(map(torch.is_tensor, state.values())):
        raise ValueError(f"{path} holds something else than named tensors.")
    return state


def spread(filters: Tensor, *, channels: int) -> Tensor:
    """Spread a stem's filters (out, 3, k, k): each channel gets a share of their sum.

    So an image whose channels are alike gives what it gave as a grey picture (A-26).
    """
    return (filters.sum(dim=1, keepdim=True) / channels).repeat(1, channels, 1, 1)


def load_pretrained(network: nn.Module, name: str, state: dict[str, Tensor]) -> None:
    """Put pretrained weights into a network; what is new in it stays as it is.

    Raises
    ------
    ValueError
        If a weight is missing, unknown to the network, or has another shape.
    """
    shared = {key: w for key, w in state.items() if not key.startswith(NEW[name])}
    own = {k: w for k, w in network.state_dict().items() if not k.startswith(NEW[name])}
    odd = sorted(set(shared) ^ set(own))
    if odd:
        raise ValueError(
            f"The pretrained weights are not those of {name}: {len(odd)} names do not "
            f"fit, the first is {odd[0]}."
        )
    stem = SPREAD.get(name)
    if stem is not None:
        shared[stem] = spread(shared[stem], channels=own[stem].shape[1])
    for key, weight in shared.items():
        if weight.shape != own[key].shape:
            raise ValueError(
                f"The pretrained weights are not those of {name}: {key} has the shape "
                f"{tuple(weight.shape)}, but {tuple(own[key].shape)} is expected."
            )
    network.load_state_dict(shared, strict=False)
