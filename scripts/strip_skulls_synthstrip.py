"""Find the brain of each subject of a chunk with SynthStrip (Hoopes 2022).

The network as ``nipreps-synthstrip`` ships it, without weights: those are FreeSurfer's
``synthstrip.1.pt``.
"""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from regrade.brains import read_brain, run_program, strip_chunk
from regrade.logs import log_to


def find_brain(image: sitk.Image, *, weights: str, border: int) -> np.ndarray:
    """Give the brain as a mask on the image's own grid.

    Parameters
    ----------
    weights : path of ``synthstrip.1.pt``
    border : mm, how far from the brain the mask ends
    """
    model = Path(weights).resolve()  # the program runs in another folder
    if not model.is_file():
        raise ValueError(
            f"There is no file {weights}, FreeSurfer's; run `snakemake fetch`, or set "
            "`fetch: weights` in config.yaml to the folder that has it."
        )
    with tempfile.TemporaryDirectory() as folder:
        sitk.WriteImage(image, f"{folder}/head.nii.gz")
        run_program(
            ["nipreps-synthstrip", "-i", "head.nii.gz", "-m", "mask.nii.gz"]
            + ["--model", str(model), "-b", f"{border}"],
            method="synthstrip",
            variables={},
            folder=folder,
        )
        return read_brain(Path(folder) / "mask.nii.gz", image)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    strip_chunk(
        snakemake.input.found,
        snakemake.input.checks,
        find_brain=partial(find_brain, **snakemake.params.settings),
        masks=snakemake.output.masks,
        brains=snakemake.output.brains,
        folder=snakemake.params.folder,
        chunk=snakemake.params.chunk,
        chunks=snakemake.params.chunks,
        volume=snakemake.params.volume,
    )
