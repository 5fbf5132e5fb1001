"""Probe: the cohort of a subject, within a class, told from small images (W3)."""

from regrade.logs import log_to
from regrade.probing import findings, people
from regrade.questions import questions_of_sources
from regrade.small_images import read_features, small
from regrade.tables import read_table, write_table

if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    slices, cells = settings.pop("slices"), settings.pop("cells")
    classes = settings.pop("classes")
    splits = read_table(snakemake.input.splits, "splits")
    packed = (snakemake.input.array, snakemake.input.contents)
    items, features = read_features(*packed, splits, small, slices=slices, cells=cells)
    table = findings(
        "source",
        features,
        items,
        splits,
        questions_of_sources(people(splits), classes),
        **settings,
    )
    write_table(table, snakemake.output.findings, "findings")
