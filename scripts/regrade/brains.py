"""Brain masks: of stripped volumes, by outside programs, their checks and their table.

A method is a function of an image that gives its brain, (slices, rows, columns), or
raises ``NoBrain``; ``strip_chunk`` calls it for each subject whose skull still shows.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
from scipy import ndimage

from regrade.images import read_volume, volume_like
from regrade.logs import progress
from regrade.subjects import brain_mask_path, cut_chunk, first_images
from regrade.tables import load_schema, read_table, write_table

# What scaled integers leave of an exact 0, as a share of the brightest voxel.
BACKGROUND = 1e-3
AIR = 0.1  # darker than this share of the robust maximum: air or bone (Smith 2002)
FAR_OUT = (0.5, 1.5)  # times the plausible volumes: beyond these it is no brain
SMALL = 0.01  # of a mask: smaller pieces are dropped, and air let in, without a word
LAST_LINES = 3  # of what a program wrote before it failed


class NoBrain(Exception):  # noqa: N818 - the name is the sentence
    """A method failed on one head; the message is a sentence."""


def largest_connected(mask: np.ndarray) -> np.ndarray:
    """Give the largest part of a mask whose voxels hang together face to face."""
    parts, count = ndimage.label(mask)
    if count == 0:
        return np.zeros(mask.shape, bool)
    return parts == np.argmax(np.bincount(parts.ravel())[1:]) + 1


def largest_part(mask: np.ndarray) -> np.ndarray:
    """Give the largest connected part of a mask, its holes filled."""
    return ndimage.binary_fill_holes(largest_connected(mask))


def nonzero_brain(array: np.ndarray) -> np.ndarray:
    """Give the largest connected part of a stripped volume, its holes filled."""
    magnitude = np.abs(array)
    return largest_part(magnitude > BACKGROUND * magnitude.max())


def neck_slice(head: np.ndarray, slices: int) -> int:
    """Give the slice ``slices`` below the top of a head: what is lower is neck.

    A neck in the field of view pulls the centre and the size of the first surface
    down; FSL's ``robustfov`` removes it in the same way before BET.
    """
    profile = (head > head.mean()).mean(axis=(1, 2))
    top = np.flatnonzero(profile > 0.05 * profile.max()).max() + 1
    return max(top - slices, 0)


def run_program(
    command: list[str], *, method: str, variables: dict[str, str], folder: str
) -> None:
    """Run a method's program in a folder, these environment variables set."""
    if shutil.which(command[0]) is None:
        raise ValueError(
            f"There is no command {command[0]}, which `stripping: method: {method}` in "
            f"config.yaml calls; it comes with the environment envs/{method}.yaml "
            "(snakemake --use-conda), or choose another method."
        )
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        last = " / ".join(done.stderr.strip().splitlines()[-LAST_LINES:])
        raise NoBrain(f"{command[0]} ended with status {done.returncode}: {last}")


def read_brain(path: Path, image: sitk.Image) -> np.ndarray:
    """Read the mask that a program wrote, which must lie on the image's grid."""
    if not path.exists():
        raise NoBrain(f"The program ended well but wrote no {path.name}.")
    mask = read_volume(path)
    if mask.GetSize() != image.GetSize():
        raise NoBrain(
            f"{path.name} has {mask.GetSize()} voxels, its image {image.GetSize()}."
        )
    return sitk.GetArrayFromImage(mask) > 0.5


def share_in_air(brain: np.ndarray, array: np.ndarray) -> float:
    """Give the share of a brain mask that lies in the air around the head."""
    air = largest_connected(array < AIR * np.percentile(array, 98))
    return np.count_nonzero(brain & air) / np.count_nonzero(brain)


def doubts_about(found: np.ndarray, brain: np.ndarray, array: np.ndarray) -> list[str]:
    """Say what looks wrong with a brain: one sentence each.

    Parameters
    ----------
    found, brain : the mask as the method gave it, and its largest part
    array : the image, on the same grid
    """
    doubts = []
    apart = np.count_nonzero(found & ~brain) / np.count_nonzero(found)
    air = share_in_air(brain, array)
    if apart > SMALL:
        doubts.append(f"Pieces apart from its brain, {apart:.0%} of all, were dropped.")
    if air > SMALL:
        doubts.append(f"{air:.0%} of its brain mask lies in the air around the head.")
    if brain[-1].any():
        doubts.append("Its brain reaches the uppermost slice and may be cut off there.")
    return doubts


def judge_volume(millilitres: float, volume: list[float]) -> tuple[bool, list[str]]:
    """Say whether a brain of this size is left out, and the doubt about it, if any."""
    low, high = volume
    if low <= millilitres <= high:
        return False, []
    sentence = (
        f"Its brain mask has {millilitres:.0f} ml; `stripping: volume` in config.yaml "
        f"expects {low:g} to {high:g}."
    )
    far_out = not FAR_OUT[0] * low <= millilitres <= FAR_OUT[1] * high
    return far_out, [sentence]


def strip_subject(
    image: sitk.Image, *, skull: bool, find_brain: Callable, volume: list[float]
) -> tuple[np.ndarray, bool, str | None, float | None]:
    """Find a brain and judge it.

    Returns
    -------
    the mask (all 0 if there is none), whether to leave the subject out, the sentences
    on it, and the mask's volume in ml
    """
    array = sitk.GetArrayFromImage(image)
    try:
        found = find_brain(image) if skull else nonzero_brain(array)
    except NoBrain as failure:
        return np.zeros(array.shape, bool), True, f"No brain was found: {failure}", None
    brain = largest_part(found)
    if not brain.any():
        return brain, True, "No brain was found in its first image.", None
    millilitres = np.count_nonzero(brain) * np.prod(image.GetSpacing()) / 1000
    if not skull:
        return brain, False, None, millilitres
    left_out, doubts = judge_volume(millilitres, volume)
    doubts += doubts_about(found, brain, array)
    return brain, left_out, " ".join(doubts) or None, millilitres


def images_to_strip(
    found: pd.DataFrame, checks: pd.DataFrame
) -> list[tuple[str, bool, str]]:
    """Give subject, skull and the path of the first image of those not left out."""
    checked = found.merge(checks, on="subject", how="left", validate="1:1")
    assert checked["left_out"].notna().all(), "the checks are those of the chunk"
    kept = checked[~checked["left_out"].astype(bool)].copy()
    kept["image"] = first_images(kept)
    rows = kept.dropna(subset="image")[["subject", "skull", "image"]]
    return list(rows.itertuples(index=False))


def strip_chunk(
    found: str,
    checks: str,
    *,
    find_brain: Callable,
    masks: str,
    brains: str,
    folder: str,
    chunk: int,
    chunks: int,
    volume: list[float],
) -> None:
    """Write the mask of each subject of a chunk, and the table `brains`."""
    Path(masks).mkdir(parents=True, exist_ok=True)
    rows = []
    subjects = cut_chunk(read_table(found, "found"), chunk=chunk, chunks=chunks)
    for subject in progress(
        images_to_strip(subjects, read_table(checks, "checks")), "subjects"
    ):
        image = read_volume(Path(folder) / subject.image)
        brain, *judged = strip_subject(
            image, skull=subject.skull, find_brain=find_brain, volume=volume
        )
        mask = volume_like(brain.astype(np.uint8), image)
        if brain.any():
            sitk.WriteImage(mask, str(brain_mask_path(masks, subject)), True)
        rows.append((subject.subject, *judged))
    table = pd.DataFrame(rows, columns=list(load_schema("brains")["columns"]))
    write_table(table, brains, "brains")
