"""What README and docs/ name is there: files, headings, rules, targets, outputs."""

import os
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
RULES = re.compile(r"^(?:rule|checkpoint) (\w+):\n((?:(?:    .*)?\n)*)", re.MULTILINE)
OUTPUT = re.compile(r"^    output:\n((?:        .*\n)+)", re.MULTILINE)
# Options of snakemake whose next word is no target.
WITH_VALUE = (
    "--cores",
    "--configfile",
    "--directory",
    "--report",
    "--workflow-profile",
)
FOLDERS = ("workflow", "docs", "scripts", "tests", "benchmarks", "envs", "profiles")


def outputs() -> dict[str, list[str]]:
    """Give the output files of each rule, a study's name as {study}."""
    found = {}
    files = [ROOT / "Snakefile", *sorted((ROOT / "workflow/rules").glob("*.smk"))]
    for file in files:
        for name, text in RULES.findall(file.read_text(encoding="utf-8")):
            part = OUTPUT.search(text)
            paths = re.findall(r'"([^"]+)"', part[1]) if part else []
            found[name] = [re.sub(r"/[a-z]+\d{4}/", "/{study}/", p) for p in paths]
    return found


MADE = outputs()


def items() -> list[tuple[str, list[str], list[str]]]:
    """Give the rows of the table of paper items: item, rules, files."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.split("## Paper item, rule, file", 1)[1].split("\n## ", 1)[0]
    rows = [line.split(" | ") for line in part.splitlines() if line.startswith("| ")]
    code = re.compile(r"`([^`]+)`")
    return [(r[1], code.findall(r[2]), code.findall(r[3])) for r in rows[2:]]


def test_there_are_rules_outputs_and_items():
    assert len(MADE) > 60
    assert MADE["split_subjects"] == ["results/{study}/{variant}/splits.csv"]
    assert len(items()) > 30


@pytest.mark.parametrize(("item", "rules", "files"), items())
def test_an_item_has_a_rule_that_makes_its_file(item, rules, files):
    assert rules and files
    made = []
    for rule in rules:
        names = [name for name in MADE if fnmatch(name, rule)]
        assert names, f"{item}: there is no rule {rule}"
        made += [path for name in names for path in MADE[name]]
    for file in files:
        path = os.path.normpath(f"results/{{study}}/{{variant}}/{file}")
        assert any(fnmatch(output, path) for output in made), f"{item}: {path}"


def links() -> list[tuple[Path, str]]:
    """Give the links of all pages that lead to files."""
    found = []
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        targets = re.findall(r"\]\(([^)\s]+)\)", text)
        found += [(page, t) for t in targets if not t.startswith(("http", "mailto"))]
    return found


def slugs(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in kept}


@pytest.mark.parametrize(
    ("page", "target"), links(), ids=[f"{p.name}-{t}" for p, t in links()]
)
def test_a_link_leads_somewhere(page, target):
    file, _, anchor = target.partition("#")
    path = (page.parent / file).resolve() if file else page
    assert path.exists()
    assert not anchor or anchor in slugs(path)


def commands(program: str) -> list[str]:
    """Give the commands of a program in the pages, in blocks and within lines."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = re.findall(rf"^ *({program} .*)$", text, re.MULTILINE)
        found += lines + re.findall(rf"`({program} [^`\n]+)`", text)
    return sorted({line.split("#")[0].strip() for line in found})


@pytest.mark.parametrize("command", commands("snakemake"))
def test_a_command_names_rules_that_are_there(command):
    words = shlex.split(command)[1:]
    values = {i + 1 for i, word in enumerate(words) if word in WITH_VALUE}
    names = [w for i, w in enumerate(words) if i not in values and w[0] != "-"]
    assert [name for name in names if name not in MADE and "/" not in name] == []


@pytest.mark.parametrize("command", commands("make"))
def test_a_make_command_has_its_target(command):
    targets = re.findall(r"^([\w./]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    names = [word for word in command.split()[1:] if "=" not in word]
    assert [name for name in names if name not in targets] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_names_are_there(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[^`\s]*)`", text)
    plain = {name for name in named if not re.search(r"[{}*$]", name)}
    assert [name for name in sorted(plain) if not (ROOT / name).exists()] == []
