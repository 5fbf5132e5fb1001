"""Unpack a fetched archive into a folder beside it; record what it held."""

from pathlib import Path

from regrade.archives import unpack
from regrade.logs import log_to
from regrade.sources import write_record

if __name__ == "__main__":
    log_to(snakemake.log[0])
    folder, file = Path(snakemake.params.folder), snakemake.params.file
    record = unpack(folder / file["name"], folder / file["unpack_into"])
    write_record(record, snakemake.output.record)
