"""Unpack a cohort that the user has as one archive, such as a Kaggle zip."""

from pathlib import Path

from regrade.archives import unpack
from regrade.logs import log_to

if __name__ == "__main__":
    log_to(snakemake.log[0])
    unpack(Path(snakemake.input.archive), Path(snakemake.output.folder))
