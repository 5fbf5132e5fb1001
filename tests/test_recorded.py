"""What the records take from the jobs that Snakemake has planned."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from test_record_run import functions

from regrade import settings


class Files(list):
    """Files of a job, some under a name."""

    def __init__(self, **named):
        super().__init__(named.values())
        self.__dict__.update(named)


@dataclass(eq=False)
class Job:
    name: str
    output: Files
    input: Files = field(default_factory=Files)
    wildcards_dict: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)

    @property
    def rule(self):
        environment = "/home/somebody/envs/statistics.yaml"
        about = f"What {self.name} does."
        return SimpleNamespace(name=self.name, docstring=about, conda_env=environment)


FOLD = "results/study/as_described/training/r3d/fold-0_seed-1"
RUN = "results/run.json"

CHUNK = Job("read", Files(a="results/volumes/chunk-0.csv"), wildcards_dict={"chunk": 0})
PACK = Job("pack", Files(a="results/inputs.npy", b="results/inputs.csv"))
TRAIN = Job(
    "train",
    Files(cost=f"{FOLD}/cost.json", history=f"{FOLD}/history.csv"),
    wildcards_dict={"study": "study", "variant": "as_described", "fold": "0"},
)
PREDICT = Job("predict", Files(a="results/predictions.csv"))
TABLE = Job(
    "table",
    Files(table="results/table.csv", figure="results/table.pdf"),
    Files(predictions="results/predictions.csv", code="scripts/regrade/metrics.py"),
    params={"seed": 1, "rows": [{"row": "3D"}]},
)
AUDIT = Job("audit", Files(audit="results/audit.csv"))
OTHER = Job("page", Files(page="results/other.csv"))
BEFORE = {
    CHUNK: [],
    PACK: [CHUNK],
    TRAIN: [PACK],
    PREDICT: [TRAIN, PACK],
    TABLE: [PREDICT],
    AUDIT: [],
    OTHER: [TABLE],
}


@pytest.fixture
def rules(root) -> dict:
    dag = SimpleNamespace(jobs=BEFORE.keys(), job_dependencies=BEFORE.get)
    return functions(root, root, workflow={"dag": dag})


def test_all_that_leads_to_the_shown_files_is_recorded_but_no_parts(rules):
    shown = Files(shown="results/table.csv", run=RUN)
    assert rules["files_recorded"](None, shown) == [
        "results/inputs.csv",
        "results/predictions.csv",
        RUN,
        "results/table.csv",
        "results/table.pdf",
    ]


def test_a_table_knows_its_rule_inputs_settings_and_trainings(rules):
    tables = SimpleNamespace(tables=["results/table.csv", "results/audit.csv"])
    table, audit = rules["origins_of_tables"](None, tables)
    assert table == {
        "table": "results/table.csv",
        "rule": "table",
        "about": "What table does.",
        "environment": "statistics.yaml",
        "inputs": ["results/predictions.csv", "scripts/regrade/metrics.py"],
        "params": {"seed": 1, "rows": [{"row": "3D"}]},
        "costs": [f"{FOLD}/cost.json"],
        "settings": ["results/study/as_described/settings.yaml"],
    }
    assert (audit["rule"], audit["costs"], audit["settings"]) == ("audit", [], [])


def test_a_table_that_no_job_makes_is_no_table_of_this_run(rules):
    tables = SimpleNamespace(tables=["results/table.csv", "results/unknown.csv"])
    with pytest.raises(ValueError, match="shorter"):
        rules["origins_of_tables"](None, tables)


def test_shown_files_are_those_of_the_page_and_the_compared_tables(root):
    names = {"report_files": lambda wildcards: ["a.csv", "a.svg", "cost.json"]}
    names |= {"STUDIES": {"s": {}}, "Wildcards": SimpleNamespace}
    names["tables_of_study"] = lambda wildcards: [f"{wildcards.study}.csv", "a.csv"]
    shown = functions(root, root, **names)["shown_in_report"]
    assert shown(".csv")(None) == ["a.csv", "s.csv"]
    assert shown(".csv", ".svg")(None) == ["a.csv", "a.svg", "s.csv"]


@pytest.mark.parametrize(
    ("against", "folder"), [(None, None), ("$ELSEWHERE/results", "/other/results")]
)
def test_the_folder_to_compare_with_may_hold_a_variable(
    root, monkeypatch, against, folder
):
    monkeypatch.setenv("ELSEWHERE", "/other")
    names = {"config": {"verify": {"against": against}}, "settings_of": settings}
    assert functions(root, root, **names)["verified_against"](None) == folder
