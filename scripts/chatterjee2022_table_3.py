"""Table 3 of chatterjee2022: F1 score of high-grade glioma."""

from regrade.logs import log_to
from regrade.metrics import read_predictions
from regrade.score_tables import f1_table
from regrade.tables import write_table

if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_predictions(snakemake.input.predictions)
    table = f1_table(predictions, name="HGG", **snakemake.params)
    write_table(table, snakemake.output.table, "table")
