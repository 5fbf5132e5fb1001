"""Volumes as they are stored: voxels, scaled, and what the header says of the grid."""

import hashlib
from pathlib import Path

import nibabel as nib
import numpy as np

from regrade.addresses import split_address


class Volume:
    """A volume as read: its array, scaled, and what its header says of the grid."""

    def __init__(self, address: Path):
        path, volume = split_address(address)
        image = nib.load(path, mmap=False)
        if volume is None:
            self.array = image.get_fdata(dtype=np.float32, caching="unchanged")
        else:
            if image.ndim != 4 or volume >= image.shape[3]:
                raise IndexError(volume)
            self.array = np.asarray(image.dataobj[..., volume], np.float32)
        self.affine = image.affine
        self.placed = bool(image.header["qform_code"] or image.header["sform_code"])

    @property
    def spacing(self) -> np.ndarray:
        """Millimetres between voxels along each axis."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)

    @property
    def axes(self) -> str:
        """To where the axes run, "LPS"."""
        return "".join(nib.aff2axcodes(self.affine))

    @property
    def content(self) -> str:
        """SHA-256 of the voxels."""
        return hashlib.sha256(self.array.tobytes()).hexdigest()

    @property
    def grid(self) -> str:
        """Shape, spacing and orientation in words, "240x240x155, 1x1x1 mm, LPS"."""
        shape = "x".join(map(str, self.array.shape))
        spacing = "x".join(f"{step:.3g}" for step in self.spacing)
        return f"{shape}, {spacing} mm, {self.axes}"
