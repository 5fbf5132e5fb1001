"""Write the merged settings of a variant's experiments beside their results."""

from pathlib import Path

import yaml

from regrade.logs import log_to


class Dumper(yaml.SafeDumper):
    """Write what several experiments share with each of them."""

    def ignore_aliases(self, data) -> bool:
        """Say that nothing is written as a reference."""
        return True


if __name__ == "__main__":
    log_to(snakemake.log[0])
    text = yaml.dump(
        snakemake.params.settings, Dumper=Dumper, sort_keys=False, allow_unicode=True
    )
    Path(snakemake.output.settings).write_text(text)
