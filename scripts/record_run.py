"""What ran, in one file: versions, commit, devices, seeds and settings.

No time of day is in it, so that two runs of one state on one machine give one file.
"""

import json
import platform
import sysconfig
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path

from regrade.logs import log_to
from regrade.provenance import read_citation


def packages() -> dict[str, str]:
    """Give the version of each package of the environment that runs this.

    What Snakemake adds to the path of a script is not among them.
    """
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    found = {d.name: d.version for d in distributions(path=sorted(places))}
    return dict(sorted(found.items(), key=lambda package: package[0].lower()))


def devices(costs: list[dict]) -> list[dict]:
    """Count the trainings of each device.

    Parameters
    ----------
    costs : device and precision of each training, among others

    Returns
    -------
    device, precision and runs (how many) of each
    """
    kinds = Counter((cost["device"], cost["precision"]) for cost in costs)
    return [
        {"device": device, "precision": precision, "runs": number}
        for (device, precision), number in sorted(kinds.items())
    ]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    costs = [json.loads(Path(path).read_text()) for path in snakemake.input.costs]
    run = {
        "regrade": read_citation(snakemake.input.citation)["version"],
        "commit": snakemake.params.commit,
        "clean": snakemake.params.clean,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": packages(),
        "devices": devices(costs),
        "seeds": snakemake.params.seeds,
        "scope": snakemake.params.scope,
        "settings": snakemake.params.settings,
    }
    text = json.dumps(run, indent=2, ensure_ascii=False)
    Path(snakemake.output.run).write_text(text + "\n", encoding="utf-8")
