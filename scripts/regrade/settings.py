"""Settings: merged in one place, checked with sentences.

The order is study, variant, experiment, what the variant says of that experiment alone
(its key ``experiments``), then the ``scale`` section of config.yaml; a later layer
wins, key by key. A key set to null in a later layer switches it off, and ``scale`` does
not switch it on again; the first layer stays as it is.
"""

import os
from collections.abc import Mapping
from functools import reduce

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match


def merge(*layers: Mapping | None) -> dict:
    """Merge mappings key by key; lists and scalars of a later layer replace."""
    first, *others = (layer or {} for layer in layers)
    return reduce(_merge_two, others, dict(first))


def _merge_two(below: Mapping, above: Mapping) -> dict:
    merged = dict(below)
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            lower = merged.get(key)
            merged[key] = merge(lower if isinstance(lower, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def scaled_study(study: Mapping, scale: Mapping | None) -> dict:
    """Apply what ``scale`` says of the study outside its ``settings``."""
    return merge(study, {k: v for k, v in (scale or {}).items() if k != "settings"})


def run_settings(
    study: Mapping, variant: str, experiment: str | None, scale: Mapping | None
) -> dict:
    """Give the settings of one experiment (or of the whole variant, if None)."""
    ways = dict(study["variants"][variant])
    alone = ways.pop("experiments", {})
    ways.pop("only", None)
    layers = [study["settings"], ways]
    if experiment is not None:
        layers += [study["experiments"][experiment], alone.get(experiment)]
    merged = merge(*layers)
    shrunken = (scale or {}).get("settings") or {}
    return merge(merged, _still_on(shrunken, study["settings"], merged))


def _still_on(scale: Mapping, study: Mapping, merged: Mapping) -> dict:
    """Leave out of ``scale`` what a variant or an experiment has switched off."""
    kept = {}
    for key, value in scale.items():
        if key in study and key not in merged:
            continue
        deeper = all(isinstance(m.get(key), Mapping) for m in (scale, study, merged))
        kept[key] = _still_on(value, study[key], merged[key]) if deeper else value
    return kept


def flow(value: object) -> str:
    """Write a value as it stands on one line of a YAML file."""
    words = yaml.safe_dump(
        value,
        default_flow_style=True,
        width=float("inf"),
        sort_keys=False,
        allow_unicode=True,
    )
    return words.removesuffix("...\n").strip()


def check(settings: Mapping, schema: Mapping, name: str) -> None:
    """Raise a ``ValueError`` that says in one sentence what is wrong and where.

    Parameters
    ----------
    settings : what was read or merged
    schema : JSON schema
    name : file or section, as the user knows it
    """
    error = best_match(Draft202012Validator(schema).iter_errors(settings))
    if error is not None:
        place = ".".join(str(part) for part in error.absolute_path) or "the top level"
        raise ValueError(f"{name}: at {place}, {_sentence(error)}")


def _sentence(error: ValidationError) -> str:
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(known))
        return f"unknown key {', '.join(map(repr, unknown))}; known keys are {known}."
    if error.validator == "propertyNames":
        return (
            f"unknown key {error.instance!r}; known keys are {error.validator_value}."
        )
    return f"{error.message}."


def expand_folder(folder: str, key: str) -> str:
    """Replace environment variables in a folder's name; say which one is not set."""
    expanded = os.path.expandvars(os.path.expanduser(folder))  # noqa: PTH111
    if "$" in expanded:
        raise ValueError(
            f"config key {key} is {folder!r}, but that environment variable is not set."
        )
    return expanded
