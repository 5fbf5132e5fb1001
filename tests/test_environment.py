"""The pins, the environments and the rules agree."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from regrade.imports import packages_of

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pins(lines: list[str]) -> dict[str, str]:
    """Give the version of each distribution, under its lower-case name."""
    matches = (re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {match[1].lower(): match[2] for match in matches if match}


def pip_section(environment: Path) -> list[str]:
    dependencies = yaml.safe_load(read(environment))["dependencies"]
    return next(d["pip"] for d in dependencies if isinstance(d, dict))


def installed_in(environment: Path) -> set[str]:
    """Give what an environment pins, in itself and in its post-deploy script."""
    names = set(pins(pip_section(environment)))
    script = environment.with_suffix(".post-deploy.sh")
    return names | set(pins(read(script).split()) if script.exists() else ())


def rules() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every rule."""
    for file in sorted((ROOT / "workflow/rules").glob("*.smk")):
        _, *parts = re.split(r"^(?:rule|checkpoint) (\w+):\n", read(file), flags=re.M)
        yield from zip(parts[::2], parts[1::2], strict=True)


def named_in(text: str, directive: str) -> str | None:
    """Give the one file that a directive of a rule names, if the rule has it."""
    match = re.search(rf'^    {directive}:\s+"\.\./\.\./(\S+)"$', text, flags=re.M)
    return match and match[1]


RULES = dict(rules())
WITH_SCRIPT = {name: text for name, text in RULES.items() if "    script:" in text}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_pins_what_the_requirements_pin(environment):
    listed = pip_section(environment)
    found = pins(listed)
    assert len(found) == len(listed), "pins must read name==version"
    locked = pins(read(ROOT / "requirements.txt").splitlines())
    assert found == {name: locked.get(name) for name in found}


def test_pyradiomics_has_one_version():
    files = ["Makefile", "requirements.txt", "envs/radiomics.post-deploy.sh"]
    found = {
        file: re.findall(r"pyradiomics==(\S+)", read(ROOT / file)) for file in files
    }
    assert all(len(versions) == 1 for versions in found.values()), found
    assert len({versions[0] for versions in found.values()}) == 1, found


def test_no_rule_runs_python_of_its_own():
    found = [
        name for name, text in RULES.items() if re.search(r"^    run:", text, re.M)
    ]
    assert found == []


@pytest.mark.parametrize("rule", WITH_SCRIPT)
def test_a_rule_has_all_its_directives_and_its_own_script(rule):
    text = WITH_SCRIPT[rule]
    assert text.startswith('    """')
    assert re.search(r"^    log:$", text, re.M)
    assert named_in(text, "script") == f"scripts/{rule}.py"
    assert (ROOT / (named_in(text, "conda") or "conda: is missing")).is_file()


@pytest.mark.parametrize("rule", WITH_SCRIPT)
def test_the_environment_of_a_rule_has_what_its_script_imports(rule):
    imported = packages_of(ROOT / f"scripts/{rule}.py") - sys.stdlib_module_names
    distributions = packages_distributions()
    needed = {package: distributions.get(package, []) for package in imported}
    installed = installed_in(ROOT / named_in(WITH_SCRIPT[rule], "conda"))
    missing = {
        package
        for package, names in needed.items()
        if installed.isdisjoint(name.lower() for name in names)
    }
    assert missing == set()


def test_every_script_belongs_to_a_rule():
    assert {script.stem for script in SCRIPTS} == set(WITH_SCRIPT)
