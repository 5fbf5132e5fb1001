"""Probe: what the images show apart from their largest part."""

from regrade.logs import log_to
from regrade.probing import findings, people
from regrade.questions import questions_of_classes
from regrade.small_images import outside, read_features
from regrade.tables import read_table, write_table

if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    slices, cells = settings.pop("slices"), settings.pop("cells")
    classes, shown = settings.pop("classes"), settings.pop("shown")
    splits = read_table(snakemake.input.splits, "splits")
    packed = (snakemake.input.array, snakemake.input.contents)
    items, features = read_features(
        *packed, splits, outside, slices=slices, cells=cells
    )
    table = findings(
        "background",
        features,
        items,
        splits,
        questions_of_classes(people(splits), classes),
        **settings,
    )
    table["own"] = shown == "tumour"
    write_table(table, snakemake.output.findings, "findings")
