"""Write the merged settings of a variant's experiments beside their results."""

from pathlib import Path

import yaml

from regrade.logs import log_to

if __name__ == "__main__":
    log_to(snakemake.log[0])
    text = yaml.safe_dump(
        snakemake.params.settings, sort_keys=False, allow_unicode=True
    )
    Path(snakemake.output.settings).write_text(text)
