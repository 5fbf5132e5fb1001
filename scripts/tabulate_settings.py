"""Every setting of a study as it is for a run, with the words that stand at it.

The words are comments of the settings file: above a key, at its line's end, or at the
block that holds it, where it has none of its own (schema ``settings_table``).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node

from regrade.logs import log_to
from regrade.settings import flow, merge, run_settings, scaled_study
from regrade.tables import write_table

MERGE = "tag:yaml.org,2002:merge"
Place = tuple[str, ...]


def tabulate(
    text: str, schema: Mapping, *, variants: list[str], scale: Mapping | None
) -> pd.DataFrame:
    """Give a row a setting, and a row for each variant that changes it.

    Parameters
    ----------
    text : the settings file
    schema : of such files; what it marks as ``wording`` is left out
    variants : those that run
    scale : what config.yaml lays over the study
    """
    study, said = yaml.safe_load(text), words_of(text)
    own = {key: value for key, value in study.items() if key != "variants"}
    shrunken = merge(scaled_study(own, scale), {"settings": settings_in(scale)})
    shrunken.pop("variants", None)
    rows = study_rows(without_wording(own, schema), shrunken, said)
    for variant in variants:
        rows += variant_rows(study, variant, scale, said)
    return pd.DataFrame(rows, columns=["setting", "value", "words", "variant"])


def settings_in(scale: Mapping | None) -> Mapping:
    """Give what ``scale`` lays over the settings of all experiments."""
    return (scale or {}).get("settings") or {}


def without_wording(settings: Mapping, schema: Mapping) -> dict:
    """Leave out what only words the page, by the mark ``wording`` of the schema."""
    kept = {}
    for key, value in settings.items():
        entry = schema.get("properties", {}).get(key, {})
        deeper = isinstance(value, Mapping) and "properties" in entry
        if not entry.get("wording", False):
            kept[key] = without_wording(value, entry) if deeper else value
    return kept


def study_rows(own: Mapping, shrunken: Mapping, said: Mapping) -> list[dict]:
    """Give the rows of the study itself, and say where ``scale`` changed it."""
    rows = []
    for place, value in leaves(own):
        value_here = value_at(shrunken, place)
        words = [words_at(said, place), scaled_words(value, value_here)]
        rows.append(row(place, value_here, words, variant=None))
    return rows


def variant_rows(
    study: Mapping, variant: str, scale: Mapping | None, said: Mapping
) -> list[dict]:
    """Give the rows of what a variant changes, an experiment's own keys too."""
    whole = changed_by(study, variant, None)
    scaled = scaled_study(study, scale)
    rows = []
    for place, value in changed_by(scaled, variant, scale).items():
        stands = place[1:] if place[0] == "settings" else place
        words = [words_at(said, ("variants", variant, *stands))]
        words += [scaled_words(whole.get(place, value), value)]
        rows.append(row(place, value, words, variant=variant))
    return rows


def changed_by(study: Mapping, variant: str, scale: Mapping | None) -> dict:
    """Give the new value at each place that a variant changes; None switches off."""
    below = merge(study["settings"], settings_in(scale))
    above = run_settings(study, variant, None, scale)
    more = {k: v for k, v in study["variants"][variant].items() if k in ALONE}
    changed = {("settings", *place): v for place, v in changes(below, above)}
    return changed | dict(leaves(more))


# Keys of a variant that are no settings of all its experiments.
ALONE = ("only", "experiments")


def changes(below: Mapping, above: Mapping, place: Place = ()) -> Iterator[tuple]:
    """Yield the place and the new value of whatever differs between two mappings."""
    for key in {**below, **above}:
        old, new = below.get(key), above.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from changes(old, new, (*place, key))
        elif old != new:
            yield (*place, key), new


def leaves(settings: Mapping, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Yield the place and value of each setting; lists count as one value."""
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*place, key))
        else:
            yield (*place, key), value


def value_at(settings: object, place: Place) -> object:
    """Give the value at a place, None where it was switched off."""
    for key in place:
        settings = settings.get(key) if isinstance(settings, Mapping) else None
    return settings


def scaled_words(whole: object, here: object) -> str:
    """Say that ``scale`` changed a value, and from what."""
    return (
        "" if whole == here else f"(Changed by `scale`; the study has {flow(whole)}.)"
    )


def row(place: Place, value: object, words: list[str], *, variant: str | None) -> dict:
    """Give a row of the table."""
    return {
        "setting": ".".join(place),
        "value": flow(value),
        "words": " ".join(filter(None, words)) or None,
        "variant": variant,
    }


def words_at(said: Mapping[Place, str], place: Place) -> str:
    """Give the words at a place, or else those of the nearest block around it."""
    around = (place[:length] for length in range(len(place), 0, -1))
    return next((said[block] for block in around if block in said), "")


def words_of(text: str) -> dict[Place, str]:
    """Give the comments at the keys of a YAML file, by the place of the key."""
    comments, lines = comments_in(text), text.splitlines()
    alone = {line for line in comments if lines[line].lstrip().startswith("#")}
    said = {}
    for place, key, value in keys_in(YAML().compose(text)):
        numbers = above(key.start_mark, comments, alone)
        numbers += beside(last_line(key, value), comments, alone)
        # A key of one's own takes the place of a merged one, its words too.
        said[place] = " ".join(comments[number][1] for number in numbers)
    return {place: words for place, words in said.items() if words}


def comments_in(text: str) -> dict[int, tuple[int, str]]:
    """Give the column and the words of the comment on each line that has one."""
    lines, found = text.splitlines(), {}
    for token in YAML().scan(text):
        for comment in comments_of(token):
            mark = comment.start_mark
            last = mark.line + comment.value.strip("\n").count("\n")
            for number in range(mark.line, last + 1):
                column = lines[number].find("#", mark.column * (number == mark.line))
                if column >= 0:
                    found[number] = (column, lines[number][column:].strip("# "))
    return found


def comments_of(token: object) -> Iterator:
    """Yield the comments that ruamel.yaml hangs on a token: after it, and before."""
    for part in getattr(token, "_comment", None) or []:
        yield from part if isinstance(part, list) else filter(None, [part])


def keys_in(node: Node, place: Place = ()) -> Iterator[tuple[Place, Node, Node]]:
    """Yield the keys below a node with their values; merged ones, `<<`, come first."""
    if not isinstance(node, MappingNode):
        return
    for key, value in sorted(node.value, key=lambda pair: pair[0].tag != MERGE):
        if key.tag == MERGE:
            yield from keys_in(value, place)
        else:
            yield (*place, key.value), key, value
            yield from keys_in(value, (*place, key.value))


def above(mark: object, comments: Mapping, alone: set[int]) -> list[int]:
    """Give the lines of comments right above a key, as far in as the key."""
    numbers, number = [], mark.line - 1
    while number in alone and comments[number][0] == mark.column:
        numbers.insert(0, number)
        number -= 1
    return numbers


def beside(number: int, comments: Mapping, alone: set[int]) -> list[int]:
    """Give the line of a comment at a line's end, and lines that go on below it."""
    if number not in comments or number in alone:
        return []
    numbers = [number]
    while (after := numbers[-1] + 1) in alone:
        if comments[after][0] != comments[number][0]:
            break
        numbers.append(after)
    return numbers


def last_line(key: Node, value: Node) -> int:
    """Give the line at whose end a key's comment may stand; a block's is its first."""
    block = getattr(value, "flow_style", None) is False
    folded = getattr(value, "style", None) in ("|", ">")
    elsewhere = value.start_mark.line < key.end_mark.line  # an alias
    return (key if block or folded or elsewhere else value).end_mark.line


if __name__ == "__main__":
    log_to(snakemake.log[0])
    text = Path(snakemake.input.study).read_text(encoding="utf-8")
    schema = Path(snakemake.input.schema).read_text(encoding="utf-8")
    table = tabulate(text, yaml.safe_load(schema), **snakemake.params)
    write_table(table, snakemake.output.table, "settings_table")
