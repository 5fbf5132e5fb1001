"""Draw the flow of a study's subjects: who was named, left out and kept, and why.

For zeng2024 this is Figure 1 (A-04).
"""

from regrade.drawing import flow_chart
from regrade.logs import log_to
from regrade.plots import save
from regrade.tables import read_table

if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = flow_chart(read_table(snakemake.input.flow, "flow"), header=True)
    files = snakemake.output
    save(
        figure, snakemake.params.title, snakemake.params.scope, files.figure, files.pdf
    )
