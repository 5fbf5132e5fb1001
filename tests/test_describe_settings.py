"""The page on every setting says what the schemas say, and is up to date."""

import re

import pytest
import yaml

from describe_settings import (
    allowed_words,
    delivered_words,
    entries,
    page,
    type_words,
)

SCHEMAS = ["config", "study", "settings", "sources"]


def read(root, path):
    return yaml.safe_load((root / path).read_text(encoding="utf-8"))


def schema_of(root, name):
    return read(root, f"workflow/schemas/{name}.schema.yaml")


SMALL = yaml.safe_load("""
title: small.yaml
properties:
  seed: {type: integer, minimum: 0, exclusiveMaximum: 9, description: Of the draws.}
  cohorts:
    type: object
    description: By name.
    additionalProperties:
      title: cohort
      type: [object, "null"]
      properties:
        spacing:
          type: array
          items: {type: number, exclusiveMinimum: 0}
          minItems: 3
          maxItems: 3
          unit: mm
          description: Of the voxels.
  way: {$ref: "#/$defs/way", description: Left or right.}
  steps:
    type: array
    description: One by one.
    items: {type: object, properties: {name: {type: string, description: Its name.}}}
$defs:
  way: {enum: [left, right], description: Any way.}
""")


def test_names_are_dotted_and_any_name_stands_in_braces():
    names = [found["name"] for found in entries(SMALL, SMALL)]
    assert names == [
        "seed",
        "cohorts",
        "cohorts.{cohort}.spacing",
        "way",
        "steps",
        "steps[].name",
    ]


def test_a_page_says_type_unit_limits_value_and_meaning():
    config = {"cohorts": {"a": {"spacing": [1, 1, 2]}, "b": None}, "seed": 4}
    lines = page([SMALL], config).splitlines()
    assert "| `seed` | integer |  | ≥ 0, < 9 | `4` | Of the draws. |" in lines
    assert (
        "| `cohorts.{cohort}.spacing` | 3 of number | mm | > 0 | `[1, 1, 2]` "
        "| Of the voxels. |" in lines
    )
    assert "| `way` | string |  | `left`, `right` |  | Left or right. |" in lines


def test_only_the_first_schema_has_delivered_values():
    assert page([SMALL, SMALL], {"seed": 4}).count("| delivered |") == 4
    assert page([SMALL, SMALL], {"seed": 4}).count("`4`") == 1


def test_different_values_of_several_cohorts_stand_side_by_side():
    config = {"cohorts": {"a": {"spacing": 1}, "b": {"spacing": 2}}}
    words = delivered_words("cohorts.{cohort}.spacing", {"type": "number"}, config)
    assert words == "`1`, `2`"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"type": ["string", "null"]}, "string or null"),
        ({"enum": ["a"]}, "string"),
        ({"type": "array", "items": {"type": "number"}}, "list of number"),
        (
            {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            "mapping of (string or null)",
        ),
    ],
)
def test_types_in_words(entry, words):
    assert type_words(entry, {}) == words


def test_what_a_list_may_hold_is_allowed():
    entry = {"type": "array", "items": {"enum": ["t1", "t2"]}}
    assert allowed_words(entry, {}) == "`t1`, `t2`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_entry_of_a_schema_is_described(root, name):
    schema = schema_of(root, name)
    found = {e["name"]: e["entry"].get("description") for e in entries(schema, schema)}
    assert len(found) > 10
    lacking = [name for name, words in found.items() if not words]
    assert lacking == []
    assert [n for n, words in found.items() if not words.endswith(".")] == []


def test_the_page_is_up_to_date(root):
    schemas = [schema_of(root, name) for name in SCHEMAS]
    written = (root / "docs/settings.md").read_text(encoding="utf-8")
    assert written == page(schemas, read(root, "config.yaml")), (
        "docs/settings.md is out of date: run `make docs`."
    )


def keys(settings, place=""):
    """Give the dotted name of every key of a file."""
    for key, value in settings.items():
        name = f"{place}.{key}" if place else key
        yield name
        if isinstance(value, dict):
            yield from keys(value, name)


def test_every_key_of_the_delivered_settings_is_on_the_page(root):
    text = (root / "docs/settings.md").read_text(encoding="utf-8")
    text = text.split("## workflow/studies")[0]
    named = re.findall(r"^\| `([^`]+)` \| (\w+)", text, flags=re.M)
    patterns = [re.sub(r"\\{\w+\\}", r"[^.]+", re.escape(name)) for name, _ in named]
    # What a mapping of any keys holds is told at the mapping.
    parents = {name.rpartition(".")[0] for name, _ in named}
    patterns += [
        re.escape(name) + r"\..+"
        for name, kind in named
        if kind == "mapping" and name not in parents
    ]
    patterns += [r"cohorts\.[^.]+"]
    known = re.compile("|".join(patterns))
    delivered = list(keys(read(root, "config.yaml")))
    assert len(delivered) > 80
    assert [name for name in delivered if not known.fullmatch(name)] == []
