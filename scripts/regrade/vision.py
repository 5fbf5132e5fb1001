"""Import torchvision also beside a torch build without CUDA.

torchvision's wheels carry operators compiled for CUDA. Beside a CPU build of torch they
do not load, and the import then fails because two of them, which nothing here uses,
have no schema. Declaring the missing schemas lets the import go through; calling such
an operator still raises an error.
"""

import sys

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
# A library object unregisters what it declared when it is collected.
_declared: list[torch.library.Library] = []

try:
    import torchvision
except RuntimeError:  # only now: where the operators did load, they have their schemas
    for _name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[_name]
    _declared.append(torch.library.Library("torchvision", "DEF"))
    for _schema in _SCHEMAS:
        _declared[0].define(_schema)
    import torchvision

__all__ = ["torchvision"]
