"""The crate of a small run, read back with the library that defines it."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from record_crate import add_cohort, build_crate

TABLES = ["study/tables/table_1.csv", "study/tables/table_2.csv"]
RUN = {
    "regrade": "0.1.0",
    "commit": "ab12",
    "clean": True,
    "python": "3.11.7",
    "platform": "Linux",
    "packages": {"numpy": "2.4.6"},
    "seeds": [1, 2],
    "scope": "demo cohorts",
}
CITATION = {
    "title": "Regrade",
    "license": "MIT",
    "authors": [
        {"given-names": "Ada", "family-names": "Müller"},
        {"name": "The authors"},
    ],
}


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1e9, 1e9))  # 2001-09-09
    return str(path)


def origin(home: Path, results: Path, table: str, item: str) -> dict:
    folder = results / "study/training/r3d"
    return {
        "table": write(results / table, f"value\n{item}\n"),
        "rule": "table_1",
        "about": "A table.",
        "environment": "statistics.yaml",
        "inputs": [
            write(results / "study/predictions/r3d.csv", "p\n0.5\n"),
            write(home / "scripts/regrade/metrics.py", "# scores\n"),
            write(home / "workflow/published/study.csv", "value\n0.9\n"),
        ],
        "params": {"item": item, "resamples": 1000},
        "costs": [write(folder / "fold-0_seed-1/cost.json", '{"device": "CPU"}')],
        "settings": [
            write(results / "study/as_described/settings.yaml", "epochs: 2\n")
        ],
    }


@pytest.fixture
def results(tmp_path) -> Path:
    """Write the crate of two tables."""
    home, results = tmp_path / "work flow", tmp_path / "results"
    write(home / "scripts/table_1.py", "# a script\n")
    write(home / "envs/statistics.yaml", "channels: []\n")
    origins = [
        origin(home, results, table, f"Table {number}")
        for number, table in enumerate(TABLES, start=1)
    ]
    os.utime(results / TABLES[1], (1e9 + 60, 1e9 + 60))
    crate = build_crate(origins, RUN, CITATION, results=results, workflow=home)
    sheet = write(results / "cohorts/ixi/subjects.csv", "subject,content\n")
    about = {"title": "IXI", "licence": "CC BY-SA 3.0"}
    crate.root_dataset["isBasedOn"] = add_cohort(crate, "ixi", about, sheet, results)
    crate.metadata.write(results)
    return results


@pytest.fixture
def crate(results) -> ROCrate:
    return ROCrate(results)


def graph(results: Path) -> list[dict]:
    return json.loads((results / "ro-crate-metadata.json").read_text())["@graph"]


def references(value) -> list[str]:
    """Give all ids that a part of the graph refers to."""
    if isinstance(value, dict):
        own = [value["@id"]] if set(value) == {"@id"} else []
        return own + [name for part in value.values() for name in references(part)]
    if isinstance(value, list):
        return [name for part in value for name in references(part)]
    return []


def values(action) -> dict:
    """Give what an action says of settings and circumstances."""
    entities = [e for e in action["object"] if e.type == "PropertyValue"]
    return {e["name"]: json.loads(e["value"]) for e in entities}


def test_every_file_of_the_crate_is_there_with_its_hash(results, crate):
    files = [e for e in crate.data_entities if e.type == "File"]
    assert {e.id for e in files} == {
        *TABLES,
        "study/predictions/r3d.csv",
        "study/as_described/settings.yaml",
        "cohorts/ixi/subjects.csv",
    }
    for entity in files:
        content = (results / entity.id).read_bytes()
        assert entity["sha256"] == sha256(content).hexdigest()
        assert entity["contentSize"] == str(len(content))


def test_every_id_resolves_and_none_is_given_twice(results):
    entities = graph(results)
    known = [entity["@id"] for entity in entities]
    assert len(known) == len(set(known))
    unknown = set(references(entities)) - set(known)
    assert unknown == {
        "https://w3id.org/ro/crate/1.3",  # what the file itself conforms to
        "http://schema.org/CompletedActionStatus",
    }


def test_each_table_is_the_result_of_an_action(crate):
    actions = crate.root_dataset["mentions"]
    assert [action["result"].id for action in actions] == TABLES
    first = actions[0]
    assert first.type == "CreateAction"
    assert [e.id for e in first["object"] if e.type != "PropertyValue"] == [
        "study/predictions/r3d.csv",
        "#workflow/published/study.csv",
        "study/as_described/settings.yaml",
    ]
    assert first["endTime"] == "2001-09-09T01:46:40+00:00"


def test_the_instrument_is_the_script_with_its_modules_and_environment(crate):
    script = crate.root_dataset["mentions"][0]["instrument"]
    assert script.id == "#scripts/table_1.py"
    assert script["sha256"] == sha256(b"# a script\n").hexdigest()
    needed = [entity.id for entity in script["softwareRequirements"]]
    assert needed == ["#scripts/regrade/metrics.py", "#envs/statistics.yaml"]
    assert script["isPartOf"]["softwareVersion"] == "0.1.0"


def test_settings_seeds_commit_and_device_stand_with_each_table(crate):
    first, second = map(values, crate.root_dataset["mentions"])
    assert first == {
        "item": "Table 1",
        "resamples": 1000,
        "commit": "ab12",
        "all files as committed": True,
        "seeds": [1, 2],
        "devices of the trainings": ["CPU"],
    }
    assert second["item"] == "Table 2"


def test_authors_and_licence_are_those_of_the_citation_file(crate):
    root = crate.root_dataset
    authors = [(author.type, author["name"]) for author in root["author"]]
    assert authors == [("Person", "Ada Müller"), ("Organization", "The authors")]
    assert root["license"].startswith("The terms of the cohorts")
    assert root["name"] == "Regrade; demo cohorts"


def test_a_cohort_keeps_its_own_licence(crate):
    cohort = crate.root_dataset["isBasedOn"]
    assert (cohort["name"], cohort["license"]) == ("IXI", "CC BY-SA 3.0")
    assert [part.id for part in cohort["hasPart"]] == ["cohorts/ixi/subjects.csv"]


def test_no_path_of_this_machine_is_in_the_crate(results, tmp_path):
    text = (results / "ro-crate-metadata.json").read_text()
    assert str(tmp_path) not in text


def test_the_date_is_that_of_the_newest_table(crate):
    assert crate.root_dataset["datePublished"] == "2001-09-09T01:47:40+00:00"
