"""What a network sees of a batch of packed images, when it learns and when it predicts.

A view takes images (b, c, *space) of 0 to 1, their class numbers and a generator, and
gives images of the same batch as the network gets them.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from regrade.artefacts import distort
from regrade.augmentation import augment, cut, magnify

View = Callable[[Tensor, Tensor, torch.Generator], Tensor]

# The order of slices, rows and columns in which the named slices come first (B-15);
# `sagittal` is as in TorchIO's tensors: columns, rows, slices.
ORDERS = {"axial": (0, 1, 2), "coronal": (1, 0, 2), "sagittal": (2, 1, 0)}


def training_view(settings: Mapping, classes: Sequence[str]) -> View:
    """Augment images and show them.

    Only images of ``augmentation: classes`` are magnified and augmented (A-15, A-17);
    where the settings have a ``crop``, the others are cut in the middle (A-16).
    """
    augmentation = settings["augmentation"]
    names = [name for name in augmentation["classes"] if name in classes]
    numbers = torch.tensor([classes.index(name) for name in names])

    def view(images, labels, draws):
        chosen = torch.isin(labels, numbers).to(images.device)
        plain = cut(images, settings.get("crop"))
        if not chosen.any():
            return present(plain, settings)
        large = images[chosen]
        if "magnification" in settings:
            sizes = settings["magnification"] | {"crop": settings["crop"]}
            large = magnify(large, draws, **sizes)
        else:
            large = plain[chosen]
        large = augment(large, draws, augmentation)
        changed = distort(large, draws, augmentation)
        return present(plain.index_put((chosen,), changed), settings)

    return view


def scoring_view(settings: Mapping, classes: Sequence[str]) -> View:
    """Show images as they are, or augmented where the settings say so (B-26)."""
    if settings["evaluation"]["augmented"]:
        return training_view(settings, classes)
    return lambda images, labels, draws: plain_view(images, settings)


def plain_view(images: Tensor, settings: Mapping) -> Tensor:
    """Cut and show images without any chance in it."""
    return present(cut(images, settings.get("crop")), settings)


def present(images: Tensor, settings: Mapping) -> Tensor:
    """Bring the named axis of volumes to the front, and 0 to 1 to ``values``."""
    if "axis" in settings:  # slices have none
        images = images.permute(0, 1, *(2 + n for n in ORDERS[settings["axis"]]))
    low, high = settings["values"]
    return images * (high - low) + low
