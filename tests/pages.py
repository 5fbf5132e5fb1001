"""Pages of docs/: their fenced blocks, written to files and run as a reader would.

The first line of a block says what it is: `yaml ours.yaml` is a file, `txt FILE after
LINE` (or `before`) goes after a line of a file, `sh` holds commands, `text FILE` shows
what a file holds afterwards.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = shutil.ignore_patterns(".*", "results", "__pycache__", "tests", "benchmarks")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, file, place in the file, and lines."""

    language: str
    file: str
    where: str
    anchor: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    """Give the fenced blocks of a page, without the indentation of their fence."""
    text = page.read_text(encoding="utf-8")
    fences = re.findall(r"^( *)```(\w+)(.*)\n((?:.*\n)*?)\1```$", text, re.MULTILINE)
    return [
        block(indent, language, rest, body) for indent, language, rest, body in fences
    ]


def block(indent: str, language: str, rest: str, body: str) -> Block:
    """Read the first line of a block."""
    file, where, anchor = (*rest.split(maxsplit=2), "", "", "")[:3]
    lines = [line.removeprefix(indent) for line in body.splitlines()]
    return Block(language, file, where, anchor, "\n".join(lines) + "\n")


def copy_tree(root: Path, target: Path) -> Path:
    """Copy what a clone would hold and a run needs."""
    return Path(shutil.copytree(root, target, ignore=LEFT_OUT))


def write(tree: Path, block: Block) -> None:
    """Write a block to its file, or into it at its place."""
    path = tree / block.file
    path.parent.mkdir(parents=True, exist_ok=True)
    if not block.where:
        path.write_text(block.text, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    number = [line.strip() for line in lines].index(block.anchor)
    lines.insert(number + (block.where == "after"), block.text)
    path.write_text("".join(lines), encoding="utf-8")


def snakemake(tree: Path, line: str, *more: str) -> subprocess.CompletedProcess:
    """Run a page's snakemake command in a tree."""
    name, *arguments = line.split()
    assert name == "snakemake", line
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *more, *arguments],
        cwd=tree,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def walk(tree: Path, blocks: list[Block], command) -> list:
    """Write the files of a page and give what its commands gave, in their order."""
    given = []
    for block in blocks:
        if block.language == "sh":
            given += [command(tree, line) for line in block.text.splitlines()]
        elif block.file and block.language != "text":
            write(tree, block)
    return given
