"""Measure the shape of each whole tumour of a chunk with PyRadiomics (A-12)."""

import logging

import pandas as pd
import SimpleITK as sitk
from radiomics.featureextractor import RadiomicsFeatureExtractor

from regrade.images import read_volume
from regrade.logs import log_to, progress
from regrade.subjects import chunk_of, image_path
from regrade.tables import write_table


def shape_features(mask: sitk.Image, features: list[str]) -> dict[str, float]:
    """Give the named features of a segmentation, all its labels taken as one tumour.

    Parameters
    ----------
    mask : segmentation; every label above 0 is tumour
    features : names of PyRadiomics' class ``shape``

    Returns
    -------
    values in mm, square mm, cubic mm, 1/mm, or without a unit (see the schema)
    """
    tumour = sitk.Cast(mask > 0.5, sitk.sitkUInt8)
    extractor = RadiomicsFeatureExtractor(label=1)
    extractor.disableAllFeatures()
    extractor.enableFeaturesByName(shape=features)
    measured = extractor.execute(tumour, tumour)  # shape needs no intensities
    return {name: float(measured[f"original_shape_{name}"]) for name in features}


def measure_chunk(subjects: list, folder: str, features: list[str]) -> pd.DataFrame:
    """Measure each subject; columns ``subject`` and the features."""
    rows = [
        {"subject": subject.subject}
        | shape_features(read_volume(image_path(folder, subject, "mask")), features)
        for subject in progress(subjects, "subjects")
    ]
    return pd.DataFrame(rows, columns=["subject", *features])


if __name__ == "__main__":
    log_to(snakemake.log[0])
    logging.getLogger("radiomics").setLevel(logging.WARNING)
    params = snakemake.params
    subjects = chunk_of(
        snakemake.input.subjects,
        snakemake.input.found,
        chunk=params.chunk,
        chunks=params.chunks,
    )
    table = measure_chunk(subjects, params.folder, params.features)
    write_table(table, snakemake.output.table, "radiomics")
