"""Heat maps of trained networks by Grad-CAM (captum; Selvaraju et al. 2017)."""

import numpy as np
import torch
from captum.attr import LayerAttribution, LayerGradCam
from torch import Tensor, nn

from regrade.augmentation import cut
from regrade.networks import backbone_of
from regrade.training import Items
from regrade.views import ORDERS, plain_view

SMOOTH = {4: "bilinear", 5: "trilinear"}  # by the axes of a batch


def heat_maps(
    network: nn.Module,
    items: Items,
    targets: Tensor,
    *,
    layer: str,
    settings: dict,
    device: torch.device,
) -> np.ndarray:
    """Give the positive Grad-CAM map of each item, linear on the network's input.

    Parameters
    ----------
    targets : class number (items,) that each map explains
    layer : of the library's ResNet

    Returns
    -------
    (items, *space), from 0; the axes of space as the network sees them
    """
    network.to(device).eval()
    method = LayerGradCam(network, backbone_of(network).get_submodule(layer))
    maps = []
    for rows in torch.arange(len(targets)).split(settings["training"]["batch_size"]):
        images, *features = items.batch(rows, device)
        images = plain_view(images, settings)
        coarse = method.attribute(
            images,
            targets[rows].to(device),
            additional_forward_args=tuple(features) or None,
            relu_attributions=True,
        )
        check_cells(coarse, layer)
        way = SMOOTH[images.ndim]
        fine = LayerAttribution.interpolate(coarse, tuple(images.shape[2:]), way)
        maps.append(fine[:, 0].detach().cpu())
    return torch.cat(maps).numpy()


def check_cells(coarse: Tensor, layer: str) -> None:
    """Refuse a layer whose maps are one cell across, which lies nowhere."""
    if coarse.shape[-2:] == (1, 1):
        raise ValueError(
            f"The maps at {layer} have a single cell for pictures of this size; set "
            "`explanation: layer` to an earlier layer, or a larger `crop`."
        )


def uncut(maps: np.ndarray, shape: tuple[int, int], crop: int | None) -> np.ndarray:
    """Put maps back onto the slice they were cut of; NaN where nothing was seen."""
    numbers = torch.arange(shape[0] * shape[1]).view(1, 1, *shape)
    whole = np.full((*maps.shape[:-2], numbers.numel()), np.nan, np.float16)
    whole[..., cut(numbers, crop).flatten().numpy()] = maps.reshape(
        *maps.shape[:-2], -1
    )
    return whole.reshape(*maps.shape[:-2], *shape)


def upright(maps: np.ndarray, settings: dict) -> np.ndarray:
    """Turn maps (items, *space) of volumes back to slices, rows and columns."""
    if "axis" not in settings:  # slices are not turned
        return maps
    back = np.argsort(ORDERS[settings["axis"]])
    return maps.transpose(0, *(1 + back))


def relative(maps: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Divide each map by its largest value over some axes; it has no unit."""
    largest = maps.max(axis=axes, keepdims=True)
    return maps / np.where(largest == 0, 1, largest)
