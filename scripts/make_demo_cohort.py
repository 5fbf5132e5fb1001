"""Write a made-up cohort in the layout of its owner, to try the workflow without data.

Folder and file names, headers of tables, voxel types, affines and the known oddities
of the releases are those a reader meets in the real thing; people, scans and numbers
are invented. The same seed gives the same cohort, and a subject does not change when
others are added.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from regrade.logs import log_to, progress
from regrade.phantom_files import (
    glioma_grid,
    head_grid,
    render_glioma,
    render_head,
    save_image,
    save_scaled,
)
from regrade.phantom_tables import (
    BRATS_COLUMNS,
    IXI_COLUMNS,
    UCSF_COLUMNS,
    brats_stem,
    draw_person,
    ixi_person,
    ixi_rows,
    older_names,
    survival_cells,
    ucsf_number,
    ucsf_row,
)
from regrade.phantoms import draw_place, draw_subject, generator

UCSF_SUFFIXES = {"t1": "T1", "t1ce": "T1c", "t2": "T2", "flair": "FLAIR"}


def write_cohort(
    folder: str,
    *,
    cohort: str,
    subjects: dict[str, int],
    spacing: float,
    head_spacing: list[float],
    seed: int,
) -> None:
    """Write a cohort below ``folder``.

    Parameters
    ----------
    subjects : how many of each group: ``HGG`` and ``LGG`` (BraTS), ``2``, ``3``, ``4``
        (UCSF-PDGM), ``healthy`` (IXI)
    spacing : voxel edge in mm of the skull-stripped cohorts
    head_spacing : voxel edges in mm of IXI, in stored order (P, S, R)
    """
    if cohort not in COHORTS:
        raise ValueError(
            f"There is no demo of the cohort {cohort!r}; there are {sorted(COHORTS)}."
        )
    write, most = COHORTS[cohort]
    counts = {str(group): n for group, n in subjects.items()}  # YAML may read 2 as int
    wrong = {group: n for group, n in counts.items() if n > most.get(group, -1)}
    if wrong:
        raise ValueError(
            f"The demo of {cohort} has no place for {wrong}; its groups have at most "
            f"{most}: mend the numbers of subjects in config.yaml."
        )
    cases = [(group, n) for group in most for n in range(counts.get(group, 0))]
    grid = head_spacing if cohort == "ixi" else glioma_grid(spacing)
    write(Path(folder), cases, grid, seed)


def write_brats2019(root: Path, cases: list, grid: tuple, seed: int) -> None:
    """Write BraTS 2019: grade folders, ids of four families, two tables."""
    root = root / "MICCAI_BraTS_2019_Data_Training"
    names, survival = [], []
    for group, n in progress(cases, "subjects"):
        key = ("BraTS", group, n)
        stem = brats_stem(group, n)
        subject = f"BraTS19_{stem}"
        write_brats_case(root / group / subject, group, key, grid, seed, ".nii.gz")
        names.append([*older_names(group, stem), subject])
        if group == "HGG":
            person = draw_person(generator(seed, *key, "person"), group)
            survival.append([subject, *survival_cells(person, n)])
    write_csv(root / "name_mapping.csv", names, BRATS_COLUMNS[:5])
    # The rows stand in another order than in name_mapping.csv, as in the release.
    columns = ["BraTS19ID", "Age", "Survival", "ResectionStatus"]
    write_csv(root / "survival_data.csv", survival[::-1], columns)


def write_brats2020(root: Path, cases: list, grid: tuple, seed: int) -> None:
    """Write BraTS 2020: the patients of 2019 under numbers, case 355 added.

    The release numbers the HGG of 2019 from 1, the LGG from 260 and what is new from
    336; the last HGG of the demo becomes the new case 355.
    """
    root = root / "MICCAI_BraTS2020_TrainingData"
    names, survival = [], []
    last = max((n for group, n in cases if group == "HGG"), default=None)
    for group, n in progress(cases, "subjects"):
        new = group == "HGG" and n == last
        number = 355 if new else n + {"HGG": 1, "LGG": 260}[group]
        key = ("BraTS 2020" if new else "BraTS", group, n)
        subject = f"BraTS20_Training_{number:03d}"
        write_brats_case(root / subject, group, key, grid, seed, ".nii")
        stem = brats_stem(group, n)
        older = [*older_names(group, stem), f"BraTS19_{stem}"]
        names.append([*([group, "NA", "NA", "NA", "NA"] if new else older), subject])
        cells = survival_cells(draw_person(generator(seed, *key, "person"), group), n)
        if group == "HGG" and cells[1] != "NA":
            survival.append([subject, *cells])
    case = root / "BraTS20_Training_355"
    if case.exists():
        (case / f"{case.name}_seg.nii").rename(case / "W39_1998.09.19_Segm.nii")
    write_csv(root / "name_mapping.csv", names, BRATS_COLUMNS)
    columns = ["Brats20ID", "Age", "Survival_days", "Extent_of_Resection"]
    write_csv(root / "survival_info.csv", survival, columns)


def write_brats_case(
    folder: Path, group: str, key: tuple, grid: tuple, seed: int, ending: str
) -> None:
    """Write the four images and the segmentation of a BraTS case."""
    subject = draw_subject(generator(seed, *key), group)
    images, labels, _ = render_glioma(subject, *grid, generator(seed, *key, "scan"))
    for name, volume in (images | {"seg": labels}).items():
        save_image(folder / f"{folder.name}_{name}{ending}", volume, grid[1])


def write_ucsf_pdgm(root: Path, cases: list, grid: tuple, seed: int) -> None:
    """Write UCSF-PDGM v5: 4-digit folders, 3-digit table, decoys, a follow-up.

    The first grade 4 patient comes twice, the last one has no survival; one patient
    has but a download that broke off.
    """
    images, rows = root / "UCSF-PDGM-v5", []
    grade_4 = [case for case in cases if case[0] == "4"]
    for i, (group, n) in enumerate(progress(cases, "subjects")):
        exam = f"UCSF-PDGM-{ucsf_number(i):04d}"
        write_ucsf_exam(images / f"{exam}_nifti", group, n, grid, seed, "scan")
        row = ucsf_row(ucsf_number(i), group, n, seed)
        if (group, n) in grade_4[-1:]:
            row[UCSF_COLUMNS.index("OS")] = ""
        rows.append(row)
        if (group, n) in grade_4[:1]:
            again = f"{exam}_FU003d"
            write_ucsf_exam(images / f"{again}_nifti", group, n, grid, seed, "again")
            rows.append([again, *row[1:-3], "", "", ""])
    write_decoys(images / f"UCSF-PDGM-{ucsf_number(0):04d}_nifti", grid[1])
    lost = ucsf_number(len(cases))
    write_broken_download(images / f"UCSF-PDGM-{lost:04d}_nifti")
    rows.append(ucsf_row(lost, "4", len(cases), seed))
    write_csv(root / "UCSF-PDGM-metadata_v5.csv", rows, UCSF_COLUMNS)


def write_ucsf_exam(
    folder: Path, group: str, n: int, grid: tuple, seed: int, visit: str
) -> None:
    """Write images and masks; at each visit the same brain is placed anew."""
    key = ("UCSF-PDGM", group, n)
    subject = draw_subject(generator(seed, *key), group)
    rng = generator(seed, *key, visit)
    subject = replace(subject, centre_mm=draw_place(rng))
    images, labels, brain = render_glioma(subject, *grid, rng)
    stem = folder / folder.name.removesuffix("nifti")
    for name, volume in images.items():
        save_scaled(Path(f"{stem}{UCSF_SUFFIXES[name]}.nii.gz"), volume, grid[1])
    save_scaled(Path(f"{stem}brain_segmentation.nii.gz"), brain, grid[1])
    save_image(Path(f"{stem}tumor_segmentation.nii.gz"), labels, grid[1])


def write_decoys(folder: Path, affine: np.ndarray) -> None:
    """Add images whose names resemble those wanted, and one of four dimensions."""
    stem = folder / folder.name.removesuffix("nifti")
    decoy = np.ones((4, 4, 4), np.int16)
    for suffix in UCSF_SUFFIXES.values():
        save_image(Path(f"{stem}{suffix}_bias.nii.gz"), decoy, affine)
    diffusion = np.ones((4, 4, 4, 7), np.int16)
    save_image(Path(f"{stem}DTI_eddy_noreg.nii.gz"), diffusion, affine)


def write_broken_download(folder: Path) -> None:
    """Leave what an interrupted download leaves: a folder with a partial file."""
    folder.mkdir(parents=True)
    stem = folder / folder.name.removesuffix("nifti")
    Path(f"{stem}T1.nii.gz.partial").write_bytes(b"\x1f\x8b")


def write_ixi(root: Path, cases: list, spacing: list[float], seed: int) -> None:
    """Write IXI: heads with skull from three sites, and the table of its people.

    The release has ``IXI.xls``; pandas no longer writes that format, so the same table
    is ``IXI.csv`` here.
    """
    people = [[1, *ixi_person(generator(seed, "IXI", "no scan"))]]
    people[0][-3:] = [0, "", ""]
    for group, n in progress(cases, "subjects"):
        number, site = 2 + 3 * n, ("Guys", "HH", "IOP")[n % 3]
        shape, affine = head_grid(spacing, site)
        subject = draw_subject(generator(seed, "IXI", n), group)
        volume = render_head(subject, shape, affine, generator(seed, "IXI", n, "scan"))
        name = f"IXI{number:03d}-{site}-{828 + n:04d}-T1.nii.gz"
        save_image(root / "IXI-T1" / name, volume, affine)
        row = [number, *ixi_person(generator(seed, "IXI", n, "person"))]
        people += ixi_rows(row, n)
    write_csv(root / "IXI.csv", people, IXI_COLUMNS)


def write_csv(path: Path, rows: list[list], columns: list[str]) -> None:
    """Write rows under exactly these headers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)


# What writes a cohort, and for how many subjects of each group its names suffice.
COHORTS = {
    "brats2019": (write_brats2019, {"HGG": 259, "LGG": 76}),
    "brats2020": (write_brats2020, {"HGG": 260, "LGG": 76}),
    "ucsf_pdgm": (write_ucsf_pdgm, {"2": 200, "3": 200, "4": 300}),
    "ixi": (write_ixi, {"healthy": 330}),
}


if __name__ == "__main__":
    log_to(snakemake.log[0])
    write_cohort(snakemake.output.folder, **snakemake.params)
