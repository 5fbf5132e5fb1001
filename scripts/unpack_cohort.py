"""Unpack a cohort that the user has as one archive, such as a Kaggle zip."""

import shutil
from pathlib import Path

from regrade.archives import unpack
from regrade.logs import log_to

TABLES = {".csv", ".tsv", ".xls", ".xlsx"}


def bring_tables(archive: Path, folder: Path) -> None:
    """Copy the tables that lie beside an archive, as IXI.xls does, to its content."""
    for path in sorted(archive.parent.iterdir()):
        inside = folder / path.name
        if path.suffix.lower() in TABLES and path.is_file() and not inside.exists():
            shutil.copyfile(path, inside)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    archive, folder = Path(snakemake.input.archive), Path(snakemake.output.folder)
    unpack(archive, folder)
    bring_tables(archive, folder)
