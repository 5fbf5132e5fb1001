"""Probe: the files' grid and brightest voxel alone, without an image (W3)."""

import pandas as pd

from regrade.logs import log_to
from regrade.probing import findings, people
from regrade.questions import questions_of_classes
from regrade.tables import read_table, write_table

PLAIN = ["voxels_1", "voxels_2", "voxels_3", "step_1", "step_2", "step_3", "largest"]


def header_features(
    headers: pd.DataFrame, splits: pd.DataFrame, contrasts: dict[str, list[str]]
) -> pd.DataFrame:
    """Put the facts of a subject's images side by side: a row a subject.

    Parameters
    ----------
    headers : table with this schema
    contrasts : of each cohort, the images that the input takes, in its order
    """
    places = pd.DataFrame(
        [
            (source, image, place)
            for source, images in contrasts.items()
            for place, image in enumerate(images)
        ],
        columns=["source", "image", "place"],
    )
    known = headers.merge(people(splits)[["subject", "source"]], on="subject")
    known = known.merge(places, on=["source", "image"])
    axes = pd.get_dummies(known["axes"], prefix="axes", dtype=float)
    wide = known[["subject", "place", *PLAIN]].join(axes)
    return wide.pivot(index="subject", columns="place").astype(float)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    classes, contrasts = settings.pop("classes"), settings.pop("contrasts")
    splits = read_table(snakemake.input.splits, "splits")
    headers = pd.concat(read_table(path, "headers") for path in snakemake.input.headers)
    wide = header_features(headers, splits, contrasts)
    table = findings(
        "header",
        wide.to_numpy(),
        wide.reset_index()[["subject"]].droplevel(1, axis=1),
        splits,
        questions_of_classes(people(splits), classes),
        **settings,
    )
    write_table(table, snakemake.output.findings, "findings")
