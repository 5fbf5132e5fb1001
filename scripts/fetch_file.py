"""Fetch one file over HTTP into the user's folder; record what came."""

from pathlib import Path

from regrade.downloads import download
from regrade.logs import log_to
from regrade.sources import write_record

if __name__ == "__main__":
    log_to(snakemake.log[0])
    file = snakemake.params.file
    record = download(
        file["url"],
        Path(snakemake.params.folder) / file["name"],
        expected=file,
        **snakemake.params.patience,
    )
    write_record(record, snakemake.output.record)
