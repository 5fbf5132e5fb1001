"""Go through the claims of a paper: which check, on which printed numbers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pandas as pd

from regrade.audit import check_classes as classes
from regrade.audit import check_differences as significance
from regrade.audit import check_folds as folds
from regrade.audit import check_rows as rows
from regrade.audit import check_words as words
from regrade.audit.printed import Cell, Printed
from regrade.tables import load_schema

CHECKS = {
    "two_class_rows": rows.two_class_rows,
    "areas_on_grid": rows.areas_on_grid,
    "repeated": words.repeated,
    "sums": words.sums,
    "shares": words.shares,
    "changes": words.changes,
    "orders": words.orders,
    "orders_as_read": words.orders_as_read,
    "compared_alike": words.compared_alike,
    "averages": words.averages,
    "parameters": words.parameters,
    "area_differences": significance.area_differences,
    "count_differences": significance.count_differences,
    "fold_differences": significance.fold_differences,
    "fold_means": folds.fold_means,
    "f1_of_means": folds.f1_of_means,
    "matrix_cells": folds.matrix_cells,
    "accuracy_of_folds": folds.accuracy_of_folds,
    "accuracy_and_specificity": folds.accuracy_and_specificity,
    "class_scores": classes.class_scores_fit,
    "matrix_against_scores": classes.matrix_against_scores,
    "recalls_against_f1": classes.recalls_against_f1,
    "matrix_accuracy": classes.matrix_accuracy,
}
# Of an entry, what is no argument of its check.
ABOUT = ("check", "item", "claim", "quote", "each", "row", "column")


def audit(cells: Mapping[Cell, Printed], claims: Sequence[Mapping]) -> pd.DataFrame:
    """Check all claims: one row a finding, schema ``audit``.

    Parameters
    ----------
    cells : printed numbers by item, row and column
    claims : entries of the claims file; each names its check, the item it is about,
        the claim in words, a quote, and the arguments of the check. ``each`` repeats
        an entry, with every {name} replaced by each of its values.
    """
    entries = list(expanded(claims))
    defined = {}
    for entry in entries:
        if entry["check"] == "two_class_rows":
            defined |= rows.definitions_of_rows(cells, **arguments_of(entry))
    findings = [
        {
            "item": entry["item"],
            "row": entry.get("row", ""),
            "column": entry.get("column", ""),
            "claim": entry["claim"],
            **found,
        }
        for entry in entries
        for found in check_of(entry)(cells, defined, **arguments_of(entry))
    ]
    return pd.DataFrame(findings, columns=list(load_schema("audit")["columns"]))


def check_of(entry: Mapping):
    """Give the function of an entry's check.

    Raises
    ------
    ValueError
        If there is no such check.
    """
    if entry["check"] not in CHECKS:
        raise ValueError(
            f"The claim {entry['claim']!r} names the check {entry['check']!r}; the key "
            f"check takes one of {sorted(CHECKS)}."
        )
    return CHECKS[entry["check"]]


def arguments_of(entry: Mapping) -> dict:
    """Give what an entry hands to its check."""
    return {name: value for name, value in entry.items() if name not in ABOUT}


def expanded(claims: Sequence[Mapping]) -> Iterator[dict]:
    """Repeat entries with ``each`` for all combinations of its values."""
    for entry in claims:
        each = entry.get("each", {})
        for values in product(*each.values()):
            given = dict(zip(each, values, strict=True))
            rest = {name: part for name, part in entry.items() if name != "each"}
            yield filled(rest, given)


def filled(part, given: Mapping[str, str]):
    """Replace every {name} in texts, at any depth."""
    if isinstance(part, str):
        for name, value in given.items():
            part = part.replace(f"{{{name}}}", value)
        return part
    if isinstance(part, Mapping):
        return {name: filled(value, given) for name, value in part.items()}
    if isinstance(part, Sequence):
        return [filled(value, given) for value in part]
    return part
