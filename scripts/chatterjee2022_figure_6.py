"""Figure 6 of chatterjee2022: confusion matrices of ResNet 3D (B-32)."""

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
    title = "Confusion matrices of ResNet 3D, mean over the folds"
    files = snakemake.output
    save(figure, title, snakemake.params.scope, files.figure, files.pdf)
