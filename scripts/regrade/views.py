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

    Where the settings have a ``crop``, images are cut in the middle (A-16), but those
    of ``magnification: classes`` are magnified (A-15). Those of ``augmentation:
    classes`` are augmented then (A-17).
    """
    augmentation = settings["augmentation"]
    sizes = dict(settings.get("magnification", {"classes": []}))
    magnified = numbers_of(sizes.pop("classes"), classes)
    augmented = numbers_of(augmentation["classes"], classes)

    def view(images, labels, draws):
        shown = cut(images, settings.get("crop"))
        large = torch.isin(labels, magnified).to(images.device)
        if large.any():
            cuts = magnify(images[large], draws, crop=settings["crop"], **sizes)
            shown = shown.index_put((large,), cuts)
        chosen = torch.isin(labels, augmented).to(images.device)
        if chosen.any():
            changed = augment(shown[chosen], draws, augmentation)
            changed = distort(changed, draws, augmentation)
            shown = shown.index_put((chosen,), changed)
        return present(shown, settings)

    return view


def numbers_of(names: Sequence[str], classes: Sequence[str]) -> Tensor:
    """Give the numbers of those of the named classes that a variant has."""
    numbers = [classes.index(name) for name in names if name in classes]
    return torch.tensor(numbers, dtype=torch.long)


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
