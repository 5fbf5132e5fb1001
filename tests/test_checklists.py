"""The checklists themselves, and whether a run makes the files that they look at."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from fill_checklists import APPLIES, CHECKS
from regrade.tables import load_schema

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "workflow/checklists"
EVIDENCE = yaml.safe_load((FOLDER / "evidence.yaml").read_text())
NAMES = ["claim2024", "tripod_ai", "clear", "metrics"]


def checklist(name: str) -> dict:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())


def items(name: str) -> list[dict]:
    return [item for part in checklist(name)["sections"].values() for item in part]


@pytest.mark.parametrize(
    ("name", "count", "last"),
    [
        ("claim2024", 44, 44),
        ("tripod_ai", 52, 27),
        ("clear", 58, 58),
        ("metrics", 30, 30),
    ],
)
def test_no_item_is_missing(name, count, last):
    numbers = [re.fullmatch(r"(\d+)([a-z]?)", i["item"]).groups() for i in items(name)]
    assert len(numbers) == len(set(numbers)) == checklist(name)["items"] == count
    assert list(dict.fromkeys(int(n) for n, _ in numbers)) == [*range(1, last + 1)]
    for number in range(1, last + 1):
        letters = "".join(letter for n, letter in numbers if int(n) == number)
        assert "abcdefg".startswith(letters)
        assert len(letters) != 1


def test_parts_of_tripod_ai():
    numbers = [item["item"] for item in items("tripod_ai")]
    parts = {
        n: sum(i.rstrip("abcdefg") == str(n) for i in numbers) for n in range(1, 28)
    }
    assert {number: count for number, count in parts.items() if count > 1} == {
        **{3: 3, 5: 2, 6: 3, 8: 3, 9: 3, 12: 7, 18: 6},
        **{20: 3, 23: 2, 27: 3},
    }


def test_weights_of_metrics():
    parts = checklist("metrics")["sections"]
    weights = {p: sum(i["weight"] for i in rows) for p, rows in parts.items()}
    assert sum(weights.values()) == pytest.approx(1)
    assert sorted(weights, key=weights.get, reverse=True)[:2] == [
        "Study design",
        "Imaging data",
    ]
    assert min(weights, key=weights.get) == "Open science"
    assert len(parts) == 9


@pytest.mark.parametrize("name", NAMES)
def test_each_item_is_answered_in_one_way(name):
    for item in items(name):
        assert set(item) <= {"item", "topic", "author", "not_met", "evidence"} | {
            "applies",
            "weight",
        }
        assert ("author" in item) + ("not_met" in item) <= 1, item
        assert {"author", "not_met", "evidence"} & set(item), item
        assert set(item.get("evidence", [])) <= set(EVIDENCE), item
        assert item.get("applies", "features") in APPLIES
        assert item["topic"][0].isupper() and not item["topic"].endswith(".")


def test_evidence_is_used_and_says_where_it_is_looked_for():
    used = {e for name in NAMES for i in items(name) for e in i.get("evidence", [])}
    assert used == set(EVIDENCE)
    keys = {"words", "otherwise", "file", "in", "where", "each", "captioned", "real"}
    for name, proof in EVIDENCE.items():
        assert set(proof) <= keys | set(CHECKS), name
        assert ("in" in proof) == ("{variant}" in proof["file"]), name
        assert proof.get("in", "every variant") in ("every variant", "some variant")


def columns_asked(proof: dict) -> set[str]:
    """Give the columns that the checks of an evidence look at."""
    asked = [proof[key] for key in (*CHECKS, "where", "each") if key in proof]
    return {c for a in asked for c in ([a] if isinstance(a, str) else a)}


SCHEMAS = {
    "cohorts/*/subjects.csv": "subjects",
    "{study}/subjects.csv": "study_subjects",
    "*/headers/*": "headers",
    "*/flow.csv": "flow",
    "*/splits.csv": "splits",
    "*/predictions/*": "predictions",
    "*/comparison.csv": "comparison",
    "*/claims.csv": "claims",
    "*/pairs.csv": "pairs",
    "*/probes.csv": "probes",
    "*/explanations.csv": "explanations",
    "*/randomisation.csv": "randomisation",
    "*/audit.csv": "audit",
    **{
        f"*/tables/{name}.csv": "table"
        for name in (
            "intervals",
            "calibration",
            "spread",
            "operating_points",
            "baselines",
        )
    },
}


@pytest.mark.parametrize("pattern", SCHEMAS)
def test_columns_are_those_of_the_tables(pattern):
    columns = load_schema(SCHEMAS[pattern])["columns"]
    proofs = [p for p in EVIDENCE.values() if fnmatch(p["file"], pattern)]
    assert proofs
    for proof in proofs:
        assert columns_asked(proof) <= set(columns), proof
        for key in ("holds", "none"):
            for column, values in proof.get(key, {}).items():
                assert set(values) <= set(columns[column]["enum"])


def test_keys_are_those_of_the_settings():
    known = yaml.safe_load(
        (ROOT / "workflow/schemas/settings.schema.yaml").read_text()
    )["properties"]
    proofs = [p for p in EVIDENCE.values() if p["file"].endswith("settings.yaml")]
    assert len(proofs) > 3
    for key in set().union(*map(columns_asked, proofs)) - {"experiment"}:
        first, _, rest = key.partition(".")
        assert not rest or rest in known[first]["properties"], key
        assert first in known, key


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> list[str]:
    """Give the files of the run that the rule looks at, in the demo."""
    folder = tmp_path_factory.mktemp("plan")
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    command += ["results/checklists.csv"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    rule = re.search(r"rule fill_checklists:\n    input: (.*)", run.stdout)
    assert rule, run.stdout[-2000:] + run.stderr[-2000:]
    return [file for file in rule[1].split(", ") if file.startswith("results/")]


def test_a_run_makes_what_the_checklists_look_at(planned):
    lacking = set()
    for proof in EVIDENCE.values():
        pattern = re.sub(r"\{\w+\}", "*", f"results/{proof['file']}")
        if not any(fnmatch(file, pattern) for file in planned):
            lacking.add(Path(pattern).name)
    assert not lacking
