"""Figure 5 of zeng2024: heat maps on whole brain and tumour, LGG and HGG (A-46).

Which patients the paper shows is not stated: here the most typical by tumour area.
"""

import pandas as pd
from matplotlib.figure import Figure

from regrade.examples import PICTURES, typical_examples, words_on
from regrade.logs import log_to
from regrade.plots import MILLIMETRES, WIDTH, heat_bar, save, show_heat, show_slice
from regrade.tables import read_table

CONTRASTS = {"t1": "T1", "t2": "T2", "t1ce": "T1-Gd", "flair": "FLAIR"}
ORDER = ["brain", "tumour"]  # the paper's


def figure_5(
    examples: dict[str, dict], explanations: pd.DataFrame, contrasts: list[str]
) -> Figure:
    """Draw the map of each picture over each contrast, two rows a class.

    Parameters
    ----------
    examples : as ``typical_examples`` gives them
    contrasts : names of the channels
    """
    rows = [(name, picture) for name in examples for picture in ORDER]
    size = (WIDTH, (22 + 43 * len(rows)) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(rows), len(contrasts), squeeze=False)
    for line, (name, picture) in zip(panels, rows, strict=True):
        example, place = examples[name], list(PICTURES).index(picture)
        for axes, pixels in zip(line, example["pictures"][place], strict=True):
            show_slice(axes, pixels, white=255)
            show_heat(axes, example["maps"][0, place], example["tumour"])
        letter = "AB"[list(examples).index(name)]
        words = words_on(explanations, example["subject"], picture)
        title = f"({letter}) {name}, {PICTURES[picture]}"
        line[0].set_ylabel(f"{title}\n{words}", fontsize=8)
    for axes, contrast in zip(panels[0], contrasts, strict=True):
        axes.set_title(CONTRASTS[contrast])
    heat_bar(figure, panels)
    return figure


if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = figure_5(
        typical_examples(snakemake.input, snakemake.params.classes),
        read_table(snakemake.input.explanations, "explanations"),
        snakemake.params.contrasts,
    )
    title = "Grad-CAM maps of the predicted class"
    files = snakemake.output
    save(figure, title, snakemake.params.scope, files.figure, files.pdf)
