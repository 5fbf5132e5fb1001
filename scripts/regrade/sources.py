"""Where the data come from: what can be fetched, and what to do where nothing can.

The facts are in workflow/sources.yaml (schema ``sources``): licence, citation and the
routes ``files`` (plain addresses), ``faspex`` (a package of the Cancer Imaging Archive)
and ``synapse``.
"""

import json
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

WIDTH = 78
STEP = re.compile(r"\d+\. ")


def records_of(
    name: str, source: Mapping, *, folder: Path, images: bool, routes: Mapping
) -> list[str]:
    """Name the records that say a cohort is fetched; one rule writes each.

    An archive whose folder is there counts as unpacked: by a rule or by hand.

    Parameters
    ----------
    folder : where the cohort lies, or is to lie
    images : false where its clinical tables will do
    routes : whether ``faspex`` and ``synapse`` are open: a link, a token is given
    """
    records = []
    for file in source.get("files", []):
        if "unpack_into" not in file:
            records.append(f"{file['name']}.json")
        elif images and not (folder / file["unpack_into"]).exists():
            records.append(f"unpacked/{file['name']}.json")
    if images and "faspex" in source and routes["faspex"]:
        records.append(f"faspex/{source['faspex']['package']}.json")
    if images and "synapse" in source and routes["synapse"]:
        records.append(f"synapse/{source['synapse']}.json")
    return [f"results/fetched/{name}/{record}" for record in records]


def brings_images(source: Mapping, routes: Mapping) -> bool:
    """Tell whether `snakemake fetch` can bring a cohort's images as things stand."""
    archives = any("unpack_into" in file for file in source.get("files", []))
    return archives or any(source.get(name) and routes[name] for name in routes)


def holds_images(folder: Path) -> bool:
    """Tell whether a cohort's folder holds more than tables: folders of any name."""
    return folder.is_dir() and any(
        path.is_dir() and not path.name.startswith(".") for path in folder.iterdir()
    )


def instructions(cohort: str, source: Mapping | None, folder: str) -> str:
    """Tell a user whose cohort is not there how to get it, on one page.

    Parameters
    ----------
    cohort : name in config.yaml
    source : its entry of sources.yaml; None for a cohort of the user's own
    folder : as config.yaml gives it
    """
    lacks = "holds no images" if Path(folder).is_dir() else "is not there"
    first = f"The folder {folder} of the cohort {cohort} {lacks}."
    key = f"cohorts.{cohort}.folder"
    if source is None:
        return f"{first} Set {key} in config.yaml."
    parts = [
        first,
        f"{source['title']}\n{source['url']}",
        section("How to get it", source["how"]),
        section("What the folder is to hold", source["layout"]),
        section(
            "Then",
            f"Set {key} in config.yaml to the folder, or to an archive (.zip, .tar, "
            f".tar.gz) of it. To do without, set cohorts.{cohort} to null, and the "
            "studies that need it.",
        ),
        section("Licence", source["licence"]),
        section("To be cited", source["citation"]),
    ]
    return "\n\n".join(parts) + "\n"


def section(title: str, text: str) -> str:
    """Set a titled text to a fixed width; its paragraphs stay apart."""
    lines = [
        textwrap.fill(
            paragraph,
            WIDTH,
            initial_indent="  ",
            subsequent_indent="     " if STEP.match(paragraph) else "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.strip().splitlines()
    ]
    return "\n".join([f"{title}:", *lines])


def write_record(record: Mapping, path: str) -> None:
    """Write what was fetched."""
    Path(path).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
