"""The page on every setting, made from the schemas (docs/settings.md)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from regrade.logs import log_to
from regrade.settings import flow

LIMITS = {
    "minimum": "≥ ",
    "exclusiveMinimum": "> ",
    "maximum": "≤ ",
    "exclusiveMaximum": "< ",
}
HEADINGS = ["setting", "type", "unit", "allowed", "delivered", "meaning"]
LONG = 150  # characters; a longer value is left to the file
INTRODUCTION = """\
# Settings

Every setting, made from the schemas by `make docs`; a test fails when this page is
out of date. What a schema does not allow stops a run before any job, with a sentence.

A user edits `config.yaml`, or lays a file of the same form over it with
`--configfile`. A study has a file of its own, with its paper's words beside the
values; a run writes these into `results/{study}/settings.csv`. How the files are
merged: study, variant, experiment, then `scale` of config.yaml; a key set to null is
switched off.

A name in braces stands for any name, `[]` for each of a list, and "share" is a part
of 1. Delivered is what config.yaml holds; where nothing stands, the key is absent
there.
"""


def entries(schema: Mapping, root: Mapping, place: str = "") -> Iterator[dict]:
    """Yield every entry of a schema: its dotted name, and what the schema says of it.

    A name in braces stands for any, and `[]` for each of a list.
    """
    for key, entry in schema.get("properties", {}).items():
        name = f"{place}.{key}" if place else key
        entry = resolved(entry, root)
        yield {"name": name, "entry": entry}
        yield from entries(entry, root, name)
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and "title" in more:
        yield from entries(more, root, f"{place}.{{{more['title']}}}")
    if "items" in schema:
        yield from entries(resolved(schema["items"], root), root, f"{place}[]")


def resolved(entry: Mapping, root: Mapping) -> Mapping:
    """Put what `$ref` refers to into an entry; what the entry says itself counts."""
    if "$ref" not in entry:
        return entry
    return root["$defs"][entry["$ref"].rsplit("/", 1)[1]] | entry


def type_words(entry: Mapping, root: Mapping) -> str:
    """Say the type of an entry in words."""
    entry = resolved(entry, root)
    if "anyOf" in entry:
        return " or ".join(dict.fromkeys(type_words(e, root) for e in entry["anyOf"]))
    kinds = entry.get("type", "string" if "enum" in entry else "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(kind_words(kind, entry, root) for kind in kinds)


def kind_words(kind: str, entry: Mapping, root: Mapping) -> str:
    """Say one type of an entry in words, with what a list or a mapping holds."""
    if kind == "array":
        low, high = entry.get("minItems"), entry.get("maxItems")
        count = f"{low} of " if low is not None and low == high else "list of "
        return count + type_words(entry["items"], root)
    more = entry.get("additionalProperties")
    if kind == "object" and isinstance(more, Mapping) and "properties" not in more:
        inner = type_words(more, root)
        return f"mapping of ({inner})" if " or " in inner else f"mapping of {inner}"
    return {"object": "mapping"}.get(kind, kind)


def allowed_words(entry: Mapping, root: Mapping) -> str:
    """Say which values an entry allows, or each value of a list or a mapping."""
    entry = resolved(entry, root)
    inner = [entry.get("items"), entry.get("additionalProperties")]
    inner = [e for e in inner if isinstance(e, Mapping) and "properties" not in e]
    words = [code(value) for value in entry.get("enum", [])]
    words += [sign + str(entry[key]) for key, sign in LIMITS.items() if key in entry]
    words += [code(entry["pattern"])] if "pattern" in entry else []
    words += [allowed_words(part, root) for part in [*entry.get("anyOf", []), *inner]]
    return ", ".join(filter(None, words))


def code(value: object) -> str:
    """Write a value as it stands in YAML, for a cell of a table."""
    return f"`{flow(value)}`"


def delivered(name: str, settings: object) -> list:
    """Give the values of a setting in a file; a name in braces stands for any."""
    values = [settings]
    for part in name.split("."):
        held = [value for value in values if isinstance(value, Mapping)]
        if part.startswith("{"):
            values = [inner for value in held for inner in value.values()]
        else:
            values = [value[part] for value in held if part in value]
    return values


def delivered_words(name: str, entry: Mapping, settings: Mapping) -> str:
    """Say the values of a setting in a file; a section's stand in its own rows."""
    more = entry.get("additionalProperties")
    if "properties" in entry or (isinstance(more, Mapping) and "title" in more):
        return ""
    words = ", ".join(dict.fromkeys(code(v) for v in delivered(name, settings)))
    return words if len(words) <= LONG else "see the file"


def page_part(schema: Mapping, settings: Mapping | None) -> list[str]:
    """Give the lines of one schema: a table for each of its first keys."""
    headings = [h for h in HEADINGS if settings is not None or h != "delivered"]
    lines = []
    for found in entries(schema, schema):
        name, entry = found["name"], found["entry"]
        if "." not in name:
            lines += [
                "",
                f"### {name}",
                "",
                row(headings),
                row("---" for _ in headings),
            ]
        cells = {
            "setting": f"`{name}`",
            "type": type_words(entry, schema),
            "unit": entry.get("unit", ""),
            "allowed": allowed_words(entry, schema),
            "delivered": delivered_words(name, entry, settings or {}),
            "meaning": entry["description"],
        }
        lines.append(row(cells[heading] for heading in headings))
    return lines


def row(cells: Iterator[str]) -> str:
    """Write a row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page(schemas: list[Mapping], config: Mapping) -> str:
    """Give the whole page in Markdown; the first schema is that of config.yaml."""
    lines = [INTRODUCTION.strip()]
    for number, schema in enumerate(schemas):
        settings = config if number == 0 else None
        lines += ["", f"## {schema['title']}", *page_part(schema, settings)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    config, *schemas = [
        yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        for path in [snakemake.input.config, *snakemake.input.schemas]
    ]
    written = page(schemas, config)
    Path(snakemake.output.page).write_text(written, encoding="utf-8")
