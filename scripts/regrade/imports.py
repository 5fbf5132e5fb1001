"""What a script imports: modules of this package, and packages from elsewhere."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent


def imported_names(file: Path) -> set[str]:
    """Give the dotted names of all imports of a Python file."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def library_of(script: Path) -> set[Path]:
    """Give the modules of this package that a script uses, directly or not."""
    found, waiting = set(), [script]
    while waiting:
        for name in imported_names(waiting.pop()):
            fresh = _modules(name) - found
            found |= fresh
            waiting += fresh
    return found


def packages_of(script: Path) -> set[str]:
    """Give the top names of what a script and its modules import from elsewhere."""
    names = set().union(*(imported_names(f) for f in (script, *library_of(script))))
    return {name.split(".")[0] for name in names} - {PACKAGE.name}


def _modules(name: str) -> set[Path]:
    parts = name.split(".")
    if parts[0] != PACKAGE.name:
        return set()
    places = [PACKAGE.joinpath(*parts[1:n]) for n in range(2, len(parts) + 1)]
    files = [p.with_suffix(".py") for p in places] + [p / "__init__.py" for p in places]
    return {file for file in files if file.is_file()}
