from pathlib import Path

from regrade.imports import PACKAGE, imported_names, library_of, packages_of

SCRIPTS = Path(__file__).parents[1] / "scripts"


def test_all_ways_to_import(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np, json\nfrom regrade import tables\n"
        "def later():\n    from torch.nn import functional as f\n"
    )
    assert imported_names(script) == {
        "numpy",
        "json",
        "regrade.tables",
        "torch.nn.functional",
    }
    assert packages_of(script) == {"numpy", "json", "torch", "pandas", "yaml"} | {
        "pathlib"  # the last three by way of regrade.tables
    }


def test_modules_of_modules_are_found():
    found = {file.stem for file in library_of(SCRIPTS / "train.py")}
    assert {"training", "networks", "vision", "augmentation", "items"} <= found
    assert "metrics" not in found


def test_a_package_of_modules_is_found(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from regrade import cohorts\n")
    assert PACKAGE / "cohorts/__init__.py" in library_of(script)


def test_no_module_of_the_library_is_without_a_user():
    """What no script imports, tests aside, is not listed as anyone's input."""
    used = set().union(*(library_of(script) for script in SCRIPTS.glob("*.py")))
    modules = {f for f in PACKAGE.rglob("*.py") if f.name != "__init__.py"}
    assert {f.stem for f in modules - used} <= {
        "imports",
        "settings",
        "studies",
    }  # of the rules
