"""Figure 4 of zeng2024: confusion matrices at patient level (A-45)."""

from regrade.logs import log_to
from regrade.metrics import read_predictions
from regrade.plots import confusion_panels, save

if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = confusion_panels(
        read_predictions(snakemake.input.predictions),
        snakemake.params.panels,
        snakemake.params.classes,
    )
    files = snakemake.output
    save(figure, "Confusion matrices", snakemake.params.scope, files.figure, files.pdf)
