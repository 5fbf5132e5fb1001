"""Where each table comes from: an RO-Crate, by the profile Process Run Crate.

Each table is the result of an action: its rule's script is the instrument, its inputs
and settings are the objects. Files of the results folder are data entities, with their
SHA-256 and size; scripts and printed numbers lie outside and are described alone.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from rocrate.model import ContextEntity, Entity
from rocrate.rocrate import ROCrate

from regrade.logs import log_to
from regrade.provenance import read_citation, sha256_of

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"


def build_crate(
    origins: list[dict], run: dict, citation: dict, *, results: Path, workflow: Path
) -> ROCrate:
    """Describe all tables of a results folder.

    Parameters
    ----------
    origins : table, rule, about, environment, inputs, params, costs (files of the
        trainings that a table rests on), settings (theirs) of each
    run : what ran, as run.json has it
    citation : as CITATION.cff has it
    results, workflow : folders
    """
    crate = ROCrate()
    describe_root(crate, run, citation)
    newest = max((modified(origin["table"]) for origin in origins), default=None)
    # Not the time of this rule, so that the same tables give the same crate.
    crate.root_dataset["datePublished"] = newest
    actions = [
        add_action(crate, origin, run, results=results, workflow=workflow)
        for origin in origins
    ]
    crate.root_dataset["mentions"] = actions
    return crate


def describe_root(crate: ROCrate, run: dict, citation: dict) -> None:
    """Say whose results these are, under which licence, by which software."""
    authors = [
        add(crate, f"#author-{number}", about_author(author))
        for number, author in enumerate(citation["authors"], start=1)
    ]
    words = {"@type": "CreativeWork", "name": citation["license"]}
    licence = add(crate, f"https://spdx.org/licenses/{citation['license']}", words)
    add_software(crate, run, citation["title"], authors, licence)
    root = crate.root_dataset
    root["name"] = "; ".join(filter(None, [citation["title"], run["scope"]]))
    root["description"] = "Tables of a run, each with what it was made from."
    root["author"] = authors
    # The licence of the software is not that of what was made from the cohorts.
    root["license"] = "The terms of the cohorts that a table comes from; see each."
    words = {"@type": "CreativeWork", "name": "Process Run Crate"}
    root["conformsTo"] = add(crate, PROFILE, words)


def about_author(author: dict) -> dict:
    """Describe an author as the Citation File Format does, person or organisation."""
    names = [author.get("given-names"), author.get("family-names"), author.get("name")]
    kind = "Person" if "family-names" in author else "Organization"
    return {"@type": kind, "name": " ".join(filter(None, names))}


def add_software(
    crate: ROCrate, run: dict, title: str, authors: list[Entity], licence: Entity
) -> None:
    """Describe this software and the packages that it ran with."""
    packages = [f"{name} {version}" for name, version in run["packages"].items()]
    about = {
        "@type": "SoftwareApplication",
        "name": title,
        "softwareVersion": run["regrade"],
        "softwareRequirements": [f"Python {run['python']}", *packages],
        "operatingSystem": run["platform"],
    }
    software = add(crate, "#regrade", about)
    software["author"], software["license"] = authors, licence


def add_cohort(
    crate: ROCrate, name: str, about: dict, sheet: str, results: Path
) -> Entity:
    """Describe a cohort by its subject sheet, which has a hash of each one's voxels.

    Parameters
    ----------
    about : title; url, licence and citation where they are known
    sheet : its path
    """
    cohort = {"@type": "Dataset", "name": about.get("title", name)}
    words = {"url": "url", "licence": "license", "citation": "citation"}
    cohort |= {words[key]: about[key] for key in words if key in about}
    part = add_file(crate, sheet, results=results, workflow=results)
    entity = add(crate, f"#cohort-{name}", cohort)
    entity["hasPart"] = [part]
    return entity


def add_action(
    crate: ROCrate, origin: dict, run: dict, *, results: Path, workflow: Path
) -> Entity:
    """Describe how a table was made.

    Parameters
    ----------
    origin, run, results, workflow : as ``build_crate`` takes them
    """
    places = {"results": results, "workflow": workflow}
    code = {f for f in origin["inputs"] if f.endswith(".py")}
    script = add_script(crate, origin, sorted(code), workflow)
    files = [*sorted(set(origin["inputs"]) - code), *origin["settings"]]
    objects = [add_file(crate, path, **places) for path in files]
    facts = origin["params"] | facts_of(origin, run)
    objects += [add_value(crate, name, value) for name, value in facts.items()]
    table = add_file(crate, origin["table"], **places)
    return crate.add_action(
        script,
        identifier=f"#{table.id}",
        object=objects,
        result=table,
        properties={
            "name": f"Rule {origin['rule']}",
            "description": origin["about"],
            "endTime": modified(origin["table"]),
            "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        },
    )


def facts_of(origin: dict, run: dict) -> dict:
    """Give what holds of a table besides its rule's settings."""
    costs = [json.loads(Path(path).read_text()) for path in origin["costs"]]
    return {
        "commit": run["commit"],
        "all files as committed": run["clean"],
        "seeds": run["seeds"],
        "devices of the trainings": sorted({cost["device"] for cost in costs}),
    }


def add_script(crate: ROCrate, origin: dict, modules: list[str], home: Path) -> Entity:
    """Describe a rule's script, the modules it uses, and its environment."""
    files = [home / f"scripts/{origin['rule']}.py", *map(Path, modules)]
    files.append(home / "envs" / origin["environment"])
    script, *others = [
        add_outside(crate, path, home, kind="SoftwareSourceCode") for path in files
    ]
    script["softwareRequirements"] = others
    script["isPartOf"] = crate.get("#regrade")
    return script


def add_file(crate: ROCrate, path: str, *, results: Path, workflow: Path) -> Entity:
    """Describe a file, as part of the crate where it lies in the results folder."""
    if not Path(path).is_relative_to(results):
        return add_outside(crate, Path(path), workflow, kind="CreativeWork")
    name = Path(path).relative_to(results).as_posix()
    # Many tables share their inputs; each is hashed once.
    return crate.get(name) or crate.add_file(path, name, properties=about_file(path))


def add_outside(crate: ROCrate, path: Path, home: Path, *, kind: str) -> Entity:
    """Describe a file of the workflow, under its path there."""
    path = path.resolve()
    inside = path.is_relative_to(home.resolve())
    name = path.relative_to(home.resolve()).as_posix() if inside else path.name
    return add(crate, f"#{name}", {"@type": kind, **about_file(path)})


def about_file(path: str | Path) -> dict:
    """Give name, size and hash of a file."""
    path = Path(path)
    size = str(path.stat().st_size)
    return {"name": path.name, "contentSize": size, "sha256": sha256_of(path)}


def add_value(crate: ROCrate, name: str, value: object) -> Entity:
    """Describe a setting; tables of the same setting share it."""
    text = json.dumps(value, ensure_ascii=False)
    mark = hashlib.sha256(f"{name}={text}".encode()).hexdigest()[:12]
    about = {"@type": "PropertyValue", "name": name, "value": text}
    return add(crate, f"#value-{mark}", about)


def add(crate: ROCrate, identifier: str, properties: dict) -> Entity:
    """Add an entity that is no file of the crate, in place of one of the same id."""
    return crate.add(ContextEntity(crate, identifier, properties=properties))


def modified(path: str) -> str:
    """Give the time at which a file was written last."""
    seconds = int(Path(path).stat().st_mtime)
    return datetime.fromtimestamp(seconds, UTC).isoformat()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    results = Path(snakemake.output.crate).parent
    crate = build_crate(
        snakemake.params.origins,
        json.loads(Path(snakemake.input.run).read_text(encoding="utf-8")),
        read_citation(snakemake.input.citation),
        results=results,
        workflow=Path(snakemake.input.citation).parent,
    )
    cohorts = zip(
        snakemake.params.cohorts.items(), snakemake.input.subjects, strict=True
    )
    crate.root_dataset["isBasedOn"] = [
        add_cohort(crate, name, about, sheet, results)
        for (name, about), sheet in cohorts
    ]
    crate.metadata.write(results)
