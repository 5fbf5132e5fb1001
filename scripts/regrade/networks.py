"""The networks of both papers, for any channels: torchvision's, and MONAI's in 3D."""

import copy

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from regrade.vision import torchvision

VIDEO = {
    "r3d_18": torchvision.models.video.r3d_18,
    "mc3_18": torchvision.models.video.mc3_18,
    "r2plus1d_18": torchvision.models.video.r2plus1d_18,
}
LIBRARY = VIDEO | {"resnet50": torchvision.models.resnet50}


class ShapeResNet50(nn.Module):
    """ResNet50 joined with shape features before the classes (A-27).

    Its 2048 features are brought to as many as there are shape features (2048 -> 14,
    14 + 14 -> 2). The mean and standard deviation of the training subjects' shape
    features are buffers, so that they travel with the weights (A-13).

    Parameters
    ----------
    channels, classes, features : number of each
    dropout : probability before the last layer
    """

    def __init__(self, channels: int, classes: int, features: int, dropout: float):
        super().__init__()
        self.backbone = resnet50(channels, features)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(2 * features, classes)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("deviation", torch.ones(features))

    def standardise_by(self, training: torch.Tensor) -> None:
        """Take the statistics of (subjects, features); shift only a constant one."""
        deviation = training.std(dim=0)
        self.mean.copy_(training.mean(dim=0))
        self.deviation.copy_(torch.where(deviation > 0, deviation, 1.0))

    def forward(self, images: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Give logits (b, classes) of images (b, c, h, w) and features (b, f)."""
        scaled = (features - self.mean) / self.deviation
        joined = torch.cat([self.backbone(images), scaled], dim=1)
        return self.head(self.dropout(joined))


def build(
    name: str,
    *,
    channels: int,
    classes: int,
    dropout: float,
    shape_features: int,
    stem: str,
) -> nn.Module:
    """Build a network with random weights.

    Parameters
    ----------
    name : torchvision's name, or ``resnet50_3d``
    shape_features : how many shape features are joined; 0 for none
    stem : ``own``, or ``r2plus1d`` for the network that Table 1 of paper B counts
    """
    if stem == "r2plus1d" and name != "r3d_18":
        raise ValueError(
            f"`network: stem: r2plus1d` is possible with r3d_18, not with {name}."
        )
    if name == "resnet50" and shape_features:
        return ShapeResNet50(channels, classes, shape_features, dropout)
    if shape_features:
        raise ValueError(
            f"`network: shape_features` is possible with resnet50, not with {name}."
        )
    if name == "resnet50":
        return with_dropout(resnet50(channels, classes), dropout)
    if name == "resnet50_3d":
        return with_dropout(resnet50_3d(channels, classes), dropout)
    return with_dropout(video_network(name, channels, classes, stem), dropout)


def resnet50(channels: int, outputs: int) -> nn.Module:
    """Build torchvision's ResNet50 with another stem (A-25) and last layer (A-28)."""
    network = torchvision.models.resnet50(weights=None, num_classes=outputs)
    network.conv1 = _stem_like(network.conv1, channels)
    return network


def resnet50_3d(channels: int, classes: int) -> nn.Module:
    """Build MONAI's ResNet50 for volumes (A-30): a stem of 7 voxels with a stride of 2.

    ASSUME: as in torchvision's ResNet50, what leads past a block has no bias.
    """
    # Imported here: it takes seconds, and only this network needs it.
    from monai.networks.nets.resnet import resnet50 as build_in_space

    return build_in_space(
        spatial_dims=3,
        n_input_channels=channels,
        num_classes=classes,
        conv1_t_stride=2,
        bias_downsample=False,
    )


def video_network(name: str, channels: int, classes: int, stem: str) -> nn.Module:
    """Build a video network of torchvision with another stem (B-10 to B-14)."""
    network = VIDEO[name](weights=None, num_classes=classes)
    if stem == "r2plus1d":  # 33,150,522 parameters, as published (3B-6)
        network.stem = torchvision.models.video.resnet.R2Plus1dStem()
    network.stem[0] = _stem_like(network.stem[0], channels)
    return network


def with_dropout(network: nn.Module, probability: float) -> nn.Module:
    """Put dropout before the last layer, whose weights keep torchvision's names."""
    network.fc.register_forward_pre_hook(
        lambda layer, inputs: nn.functional.dropout(
            inputs[0], probability, layer.training
        )
    )
    return network


def _stem_like(stem: nn.Conv2d | nn.Conv3d, channels: int) -> nn.Module:
    return type(stem)(
        channels,
        stem.out_channels,
        stem.kernel_size,
        stride=stem.stride,
        padding=stem.padding,
        bias=stem.bias is not None,
    )


def count_parameters(network: nn.Module) -> int:
    """Count what an optimiser would change."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def backbone_of(network: nn.Module) -> nn.Module:
    """Give the part of a network that the library has too."""
    return network.backbone if isinstance(network, ShapeResNet50) else network


def work_of(network: nn.Module, inputs: tuple[torch.Tensor, ...]) -> dict[str, int]:
    """Count what one pass takes, on shapes alone (B-37, 3B-9).

    Returns
    -------
    multiply_adds of convolutions and linear layers; activations: the values that the
    convolutions give
    """
    shadow = copy.deepcopy(network).to("meta").eval()
    values = []
    for layer in shadow.modules():
        if isinstance(layer, nn.Conv2d | nn.Conv3d):
            layer.register_forward_hook(lambda *call: values.append(call[2].numel()))
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        shadow(*(tensor.to("meta") for tensor in inputs))
    # The counter takes a multiplication and an addition for two.
    return {
        "multiply_adds": counter.get_total_flops() // 2,
        "activations": sum(values),
    }
