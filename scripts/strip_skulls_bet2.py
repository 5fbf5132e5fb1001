"""Find the brain of each subject of a chunk with FSL's bet2 (B-05, the paper's own).

FSL is free for non-commercial use alone; see its licence.
"""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from regrade.brains import neck_slice, read_brain, run_program, strip_chunk
from regrade.logs import log_to


def find_brain(image: sitk.Image, *, threshold: float, height: float) -> np.ndarray:
    """Give the brain as a mask on the image's own grid.

    Parameters
    ----------
    threshold : fractional intensity of BET; smaller gives a larger brain
    height : mm below the top of the head; what is lower is no brain
    """
    head = sitk.GetArrayFromImage(image)
    neck = neck_slice(head, round(height / image.GetSpacing()[2]))
    above = image[:, :, int(neck) :]
    brain = np.zeros(head.shape, bool)
    with tempfile.TemporaryDirectory() as folder:
        sitk.WriteImage(above, f"{folder}/head.nii.gz")
        run_program(
            ["bet2", "head.nii.gz", "brain", "-f", f"{threshold:g}", "-m", "-n"],
            method="bet2",
            variables={"FSLOUTPUTTYPE": "NIFTI_GZ"},
            folder=folder,
        )
        brain[neck:] = read_brain(Path(folder) / "brain_mask.nii.gz", above)
    return brain


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
