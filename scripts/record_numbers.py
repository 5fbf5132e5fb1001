"""The record of a run, with which `snakemake verify` compares its results."""

from pathlib import Path

from regrade.logs import log_to
from regrade.records import write_record

if __name__ == "__main__":
    log_to(snakemake.log[0])
    folder = Path(snakemake.output.record).parent
    names = [
        Path(path).relative_to(folder).as_posix() for path in snakemake.params.files
    ]
    write_record(snakemake.output.record, folder, names)
