"""Which printed numbers hold, and which are impossible (schema ``audit``)."""

from pathlib import Path

import pandas as pd
import yaml

from regrade.audit.claims import audit
from regrade.audit.printed import published_cells
from regrade.logs import log_to, logger
from regrade.tables import write_table


def read_published(paths: list[str]) -> pd.DataFrame:
    """Read the printed numbers as text, for their digits count."""
    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths]
    return pd.concat(tables, ignore_index=True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    cells = published_cells(read_published(snakemake.input.published))
    claims = yaml.safe_load(Path(snakemake.input.claims).read_text(encoding="utf-8"))
    findings = audit(cells, claims["claims"])
    for verdict, count in findings["verdict"].value_counts().items():
        logger.info("%d %s", count, verdict)
    write_table(findings, snakemake.output.audit, "audit")
