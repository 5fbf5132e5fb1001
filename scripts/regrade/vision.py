"""Import torchvision also beside a torch build without CUDA.

torchvision's wheels carry operators compiled for CUDA. Beside a CPU build of torch they
do not load, and the import then fails because two of them, which nothing here uses,
have no schema. Declaring the missing schemas first lets the import go through; calling
such an operator still raises an error.
"""

import importlib.util

import torch

_SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
# A library object unregisters what it declared when it is collected.
_declared: list[torch.library.Library] = []

if torch.version.cuda is None and importlib.util.find_spec("torchvision"):
    _library = torch.library.Library("torchvision", "DEF")
    for _schema in _SCHEMAS.values():
        _library.define(_schema)
    _declared.append(_library)

import torchvision  # noqa: E402

__all__ = ["torchvision"]
