"""What ran: packages, devices, and the commit, if there is one."""

import runpy
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest

from record_run import devices, packages

PARTS = ["Snakefile", "config.yaml", "workflow/a.smk", "scripts/a.py", "envs/a.yaml"]


def functions(root: Path, basedir: Path, **names) -> dict:
    """Give the functions of the rules as they are with a workflow's folder."""
    workflow = SimpleNamespace(basedir=str(basedir), **names.pop("workflow", {}))
    path = root / "workflow/rules/recorded.smk"
    return runpy.run_path(str(path), {"workflow": workflow, "Path": Path} | names)


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def committed(tmp_path) -> Path:
    """Make a repository with all parts of a workflow, or skip."""
    if shutil.which("git") is None:
        pytest.skip("git is not there")
    for part in PARTS:
        path = tmp_path / "clone" / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one\n")
    git(tmp_path / "clone", "init", "--quiet")
    git(tmp_path / "clone", "add", ".")
    git(tmp_path / "clone", "commit", "--quiet", "--message", "first")
    return tmp_path / "clone"


def test_the_packages_are_those_of_the_environment():
    found = packages()
    assert found["pandas"] == version("pandas")
    assert list(found) == sorted(found, key=str.lower)


def test_trainings_are_counted_by_device():
    gpu = {"device": "NVIDIA H200", "precision": "float16", "epochs": 3}
    cpu = {"device": "CPU", "precision": "float32", "epochs": 3}
    assert devices([gpu, cpu, gpu]) == [
        {"device": "CPU", "precision": "float32", "runs": 1},
        {"device": "NVIDIA H200", "precision": "float16", "runs": 2},
    ]


def test_the_commit_is_found(root, committed):
    rules = functions(root, committed)
    assert rules["commit_at"](None) == git(committed, "rev-parse", "HEAD").strip()
    assert rules["is_clean"](None) is True


@pytest.mark.parametrize("part", PARTS)
def test_a_change_that_can_change_a_number_is_no_clean_tree(root, committed, part):
    (committed / part).write_text("two\n")
    assert functions(root, committed)["is_clean"](None) is False


def test_a_file_of_ones_own_beside_the_workflow_leaves_it_clean(root, committed):
    (committed / "mine.yaml").write_text("seeds: [2]\n")
    assert functions(root, committed)["is_clean"](None) is True
    (committed / "scripts/b.py").write_text("new\n")
    assert functions(root, committed)["is_clean"](None) is False


def test_a_folder_without_history_has_no_commit(root, tmp_path):
    rules = functions(root, tmp_path)
    assert (rules["commit_at"](None), rules["is_clean"](None)) == (None, None)


def test_a_copy_inside_another_repository_has_no_commit_of_its_own(root, committed):
    copy = committed / "copy"
    copy.mkdir()
    (copy / "Snakefile").write_text("one\n")
    assert functions(root, copy)["commit_at"](None) is None


def test_a_machine_without_git_has_no_commit(root, committed, monkeypatch):
    monkeypatch.setenv("PATH", str(committed))
    rules = functions(root, committed)
    assert (rules["commit_at"](None), rules["is_clean"](None)) == (None, None)


def test_no_whole_path_of_a_folder_is_recorded(root):
    cohort = {"reader": "ixi", "folder": "/home/somebody/data/IXI", "images": True}
    names = {"COHORTS": {"heads": cohort}, "STUDY_VARIANTS": {"s": ["a"]}}
    names["experiments_of"] = lambda study, variant: [f"{study}_{variant}"]
    names["config"] = {"intervals": {"seed": 1}, "cohorts": {"heads": cohort}}
    names["DEVICE"] = {"device": "cpu"}
    found = functions(root, root, **names)["settings_recorded"]()
    assert {key: part for key, part in found.items() if part is not None} == {
        "intervals": {"seed": 1},
        "hardware": {"device": "cpu"},
        "cohorts": {"heads": {"reader": "ixi", "folder": "IXI"}},
        "studies": {"s": {"a": ["s_a"]}},
    }
