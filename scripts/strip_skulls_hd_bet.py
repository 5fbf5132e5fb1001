"""Find the brain of each subject of a chunk with HD-BET (Isensee 2019).

A network trained on heads with tumours; its weights are fetched to the home folder at
its first run, so that one must be over before others start.
"""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from regrade.brains import read_brain, run_program, strip_chunk
from regrade.logs import log_to


def find_brain(image: sitk.Image, *, device: str, mirroring: bool) -> np.ndarray:
    """Give the brain as a mask on the image's own grid.

    HD-BET deletes files in its output folder: each head has a folder of its own.

    Parameters
    ----------
    device : ``cpu``, ``cuda`` or ``mps``
    mirroring : average over eight mirrored heads; eight times as long, a little better
    """
    options = [] if mirroring else ["--disable_tta"]
    with tempfile.TemporaryDirectory() as folder:
        sitk.WriteImage(image, f"{folder}/head.nii.gz")
        run_program(
            ["hd-bet", "-i", "head.nii.gz", "-o", "out.nii.gz", "-device", device]
            + ["--save_bet_mask", "--no_bet_image", *options],
            method="hd_bet",
            variables={},
            folder=folder,
        )
        return read_brain(Path(folder) / "out_bet.nii.gz", image)


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
