"""Dice coefficients, volumes and seconds of skull stripping on real heads.

Run from the repository: python benchmarks/skull_stripping.py PICTURES
REGRADE_DATA names a folder with IXI-T1, IXI-brain-masks and TCGA-FG-6692_native; the
settings are those of config.yaml. PICTURES is a folder for a picture of each head, the
brain's outline in red and that of the trusted mask, where there is one, in green.
"""

import os
import sys
import time
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import SimpleITK as sitk
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from regrade.brains import strip_subject  # noqa: E402 - the path comes first
from regrade.images import read_volume  # noqa: E402
from strip_skulls_brainextractor import find_brain  # noqa: E402

DATA = Path(os.environ["REGRADE_DATA"])
SETTINGS = yaml.safe_load((ROOT / "config.yaml").read_text())["stripping"]


def heads() -> list[tuple[str, Path, Path]]:
    """Give name, image and trusted mask (which may not exist) of each head."""
    listed = []
    for image in sorted((DATA / "IXI-T1").glob("*-T1.nii.gz")):
        name = image.name.removesuffix("-T1.nii.gz")
        mask = DATA / "IXI-brain-masks" / f"{name}-brain-mask.nii.gz"
        listed.append((name, image, mask))
    for contrast in ("t1", "t1ce", "t2", "flair"):
        name = f"TCGA-FG-6692_{contrast}"
        folder = DATA / "TCGA-FG-6692_native"
        mask = folder / f"{name}_hdbet-mask.nii.gz"
        listed.append((name, folder / f"{name}.nii.gz", mask))
    return listed


def compare(brain: np.ndarray, trusted: np.ndarray) -> str:
    """Write the Dice coefficient and the ratio of volumes."""
    both = np.count_nonzero(brain & trusted)
    dice = 2 * both / (brain.sum() + trusted.sum())
    return f"{dice:.3f} {brain.sum() / trusted.sum():.2f}"


def draw(image: sitk.Image, outlines: dict[str, np.ndarray], path: Path) -> None:
    """Draw axial, coronal and sagittal cuts, two of each, with outlines."""
    array, (x, y, z) = sitk.GetArrayFromImage(image), image.GetSpacing()
    aspects = (y / x, z / x, z / y)
    brain = outlines["red"]
    _, axes = plt.subplots(1, 6, figsize=(20, 4))
    for axis, aspect in enumerate(aspects):
        planes = np.flatnonzero(brain.any(axis=tuple({0, 1, 2} - {axis})))
        for column, share in enumerate((0.25, 0.5)):
            place = planes[int(share * len(planes))]
            panel = axes[2 * axis + column]
            origin = "upper" if axis == 0 else "lower"
            cut = array.take(place, axis)
            most = np.percentile(array[brain], 99)
            panel.imshow(cut, cmap="gray", vmax=most, aspect=aspect, origin=origin)
            for colour, mask in outlines.items():
                inside = mask.take(place, axis).astype(float)
                if inside.any():
                    panel.contour(inside, [0.5], colors=colour, linewidths=1)
            panel.axis("off")
    plt.savefig(path, dpi=60, bbox_inches="tight")
    plt.close()


def main(pictures: Path) -> None:
    """Print a line for each head: ml, seconds of one core, Dice, ratio, doubts."""
    pictures.mkdir(parents=True, exist_ok=True)
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    method = partial(find_brain, **SETTINGS["brainextractor"])
    find_brain(read_volume(heads()[0][1]), **SETTINGS["brainextractor"])  # compiles
    for name, path, mask in heads():
        image = read_volume(path)
        start = time.process_time()
        brain, _, problem, millilitres = strip_subject(
            image, skull=True, find_brain=method, volume=SETTINGS["volume"]
        )
        seconds = time.process_time() - start
        outlines, words = {"red": brain}, ""
        if mask.exists():
            outlines["lime"] = sitk.GetArrayFromImage(read_volume(mask)) > 0
            words = compare(brain, outlines["lime"])
        draw(image, outlines, pictures / f"{name}.png")
        print(
            f"{name} {millilitres:.0f} {seconds:.1f}", words, problem or "", flush=True
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
