"""Read what the workflow wrote, and look-alike cohorts as its next step sees them."""

from pathlib import Path

import pandas as pd
import pytest

from read_cohort import read_cohort
from regrade.tables import load_schema, read_table, write_table


def written(table: pd.DataFrame, path: Path, name: str) -> pd.DataFrame:
    """Write a table and read it back, typed and checked by its schema."""
    write_table(table, path, name)
    return read_table(path, name)


def read(folder: Path, reader: str, *, images: bool = True) -> tuple:
    """Give the tables found and problems of a cohort named as its reader."""
    found, problems = read_cohort(
        folder, cohort=reader, reader=reader, images=images, skull=None
    )
    found = written(found, folder / "found.table", "found")
    return found, written(problems, folder / "problems.table", "problems")


def assert_sheet(found: pd.DataFrame, folder: Path, **rows: dict) -> None:
    """Compare the whole sheet, row by row; cells that are not given are empty.

    Parameters
    ----------
    rows : by subject; "all" holds what all rows share
    """
    shared = rows.pop("all")
    expected = pd.DataFrame(
        [{"subject": name, **shared, **cells} for name, cells in rows.items()]
    )
    expected = expected.reindex(columns=list(load_schema("found")["columns"]))
    expected = written(expected, folder / "expected.table", "found")
    pd.testing.assert_frame_equal(found, expected)


def reasons(problems: pd.DataFrame, *, left_out: bool) -> dict[str, str]:
    """Give the problems of the subjects left out, or of those kept."""
    rows = problems[problems["left_out"] == left_out]
    return dict(zip(rows["subject"], rows["problem"], strict=True))


def check_predictions(variant: Path, *, experiments: int, runs: int) -> None:
    """Compare who is predicted in each run of a variant with who should be."""
    splits = read_table(variant / "splits.csv", "splits")
    files = list((variant / "predictions").glob("*.csv"))
    assert len(files) == experiments
    for file in files:
        predicted = read_table(file, "predictions")
        columns = predicted.filter(regex="^p_")
        assert columns.sum(axis=1).tolist() == pytest.approx([1] * len(predicted))
        assert predicted.groupby(["fold", "seed"]).ngroups == runs
        for fold, run in predicted.groupby("fold"):
            scored = splits[(splits["fold"] == fold) & (splits["role"] != "train")]
            assert set(run["subject"]) == set(scored["subject"])
