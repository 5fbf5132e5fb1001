"""Classifiers of shape alone, and below them the networks that must beat them."""

from regrade.logs import log_to
from regrade.metrics import read_predictions
from regrade.score_tables import two_class_table
from regrade.tables import write_table

if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_predictions(snakemake.input.predictions)
    table = two_class_table(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
