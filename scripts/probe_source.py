"""Probe: the cohort of a subject, within a class, told from small images (W3)."""

from regrade.logs import log_to
from regrade.probing import findings, people
from regrade.questions import questions_of_sources
from regrade.small_images import features_of, read_packed, small
from regrade.tables import read_table, write_table

if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    slices, cells = settings.pop("slices"), settings.pop("cells")
    classes = settings.pop("classes")
    splits = read_table(snakemake.input.splits, "splits")
    array, items, rows = read_packed(
        snakemake.input.array, snakemake.input.contents, splits, slices
    )
    table = findings(
        "source",
        features_of(array, rows, small, cells),
        items,
        splits,
        questions_of_sources(people(splits), classes),
        **settings,
    )
    write_table(table, snakemake.output.findings, "findings")
