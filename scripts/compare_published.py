"""Each number that a paper prints beside the reproduced one (schema ``comparison``)."""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from regrade.audit.printed import HOLDS, IMPOSSIBLE, OTHER, UNKNOWN, half_unit
from regrade.logs import log_to
from regrade.tables import read_table, write_table

CELL = ["item", "row", "column"]
# What is printed as a number, a range or a limit; words such as a method are not.
NUMBER = r"(?=.*\d)[\d.,:;<>x()\[\] e-]+"
WORST = [IMPOSSIBLE, OTHER, UNKNOWN, HOLDS]


def as_printed(
    values: pd.DataFrame, table: pd.DataFrame, readings: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare each column that may hold another score with that one, too.

    Parameters
    ----------
    values : published numbers with ``item``, ``row``, ``column``
    table : reproduced ones (schema ``table``)
    readings : of a printed column, the score that it seems to hold

    Returns
    -------
    the printed numbers once more under a name as `SEN, read as PPV`, and the scores
    they are compared with under the same name
    """
    names = {column: f"{column}, read as {readings[column]}" for column in readings}
    again = values[values["column"].isin(readings) & is_table(values)]
    # What was found is about the number as it is named.
    again = again.assign(column=again["column"].map(names), impossible=False)
    scores = {score: names[column] for column, score in readings.items()}
    own = table.assign(column=table["column"].replace(scores))
    compared = own.set_index(CELL).index.isin(again.set_index(CELL).index)
    kept = table.assign(column=own["column"].where(compared, table["column"]))
    return pd.concat([values, again]), kept


def is_table(values: pd.DataFrame) -> pd.Series:
    """Say which numbers stand in a table."""
    return values["item"].str.startswith("Table")


def published_numbers(values: pd.DataFrame) -> pd.DataFrame:
    """Take the values that are numbers, ranges or limits.

    Parameters
    ----------
    values : study, item, row, column, value, sd, unit; all text

    Returns
    -------
    the same with printed (text), published, half (of a unit of the last digit) and
    published_sd
    """
    numbers = values[values["value"].str.fullmatch(NUMBER, na=False)]
    numbers = numbers.assign(
        printed=numbers["value"],
        published=pd.to_numeric(numbers["value"], errors="coerce"),
        half=numbers["value"].map(half_unit),
        published_sd=pd.to_numeric(numbers["sd"]),
    )
    return numbers.drop(columns=["value", "sd"])


def audited(
    published: pd.DataFrame, audit: pd.DataFrame, same: list[list[list[str]]]
) -> pd.DataFrame:
    """Give each printed number the audit's worst verdict, or words on its row.

    Parameters
    ----------
    audit : schema ``audit``
    same : of numbers that are printed again, a place of the text and one of a table;
        what was found of the one is found of the other

    Returns
    -------
    published with ``audit`` (a verdict on the number itself), ``impossible`` and
    ``finding`` (what the audit says, where the number or else its row does not hold)
    """
    order = audit["verdict"].map(WORST.index)
    worst = audit.assign(order=order).sort_values("order", kind="stable")
    of_cells = worst[worst["column"].notna()].drop_duplicates(CELL)
    of_rows = worst[worst["column"].isna()].drop_duplicates(CELL[:2])
    kept = ["verdict", "check", "evidence", "corrected"]
    of_cells = pd.concat([of_cells, found_again(of_cells, published, same)])
    of_cells = of_cells.drop_duplicates(CELL)
    own = published.merge(of_cells[CELL + kept], how="left", on=CELL)
    row = published.merge(of_rows[CELL[:2] + kept], how="left", on=CELL[:2])
    said, of_row = (part.agg(finding_in_words, axis=1) for part in (own, row))
    of_row = of_row.where(own["verdict"].isna() & of_row.ne(""), "")
    finding = said.where(of_row.eq(""), "Of the row as a whole: " + of_row)
    return published.assign(
        audit=own["verdict"].to_numpy(),
        impossible=own["verdict"].eq(IMPOSSIBLE).fillna(False).to_numpy(bool),
        finding=finding.to_numpy(),
    )


def found_again(
    findings: pd.DataFrame, published: pd.DataFrame, same: list[list[list[str]]]
) -> pd.DataFrame:
    """Give the findings on a number of a table where the text prints the same one."""
    values = published.set_index(CELL)["published"]
    equal = [
        [*stated, *place]
        for stated, place in same
        if values.get(tuple(stated)) == values.get(tuple(place))
    ]
    places = pd.DataFrame(equal, columns=[*(f"text_{name}" for name in CELL), *CELL])
    found = findings.merge(places, on=CELL).drop(columns=CELL)
    return found.rename(columns=lambda name: name.removeprefix("text_"))


def finding_in_words(finding: pd.Series) -> str:
    """Say what the audit found; nothing where a number holds or was not looked at."""
    if pd.isna(finding["verdict"]) or finding["verdict"] == HOLDS:
        return ""
    corrected = finding["corrected"]
    right = "" if pd.isna(corrected) else f"; corrected: {corrected}"
    return f"{finding['check']}: {finding['evidence']}{right}."


def compare(
    published: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    *,
    readings: dict[str, str],
    reasons: list[dict],
) -> pd.DataFrame:
    """Join the published numbers with those of each variant.

    Parameters
    ----------
    published : as ``audited`` gives it; of one study
    tables : for each variant, its tables one below the other (schema ``table``)
    readings : as ``as_printed`` takes them
    reasons : why numbers are not comparable: why, places (each the beginning of item,
        row, column)

    Raises
    ------
    ValueError
        If the published numbers are not of one study.
    """
    studies = published["study"].unique()
    if len(studies) != 1:
        raise ValueError(
            f"The published numbers are of the studies {list(studies)}; give the rule "
            "the files of one study."
        )
    variants = [
        beside(*as_printed(published, table, readings), name)
        for name, table in tables.items()
    ]
    both = pd.concat(variants, ignore_index=True)
    reason = both.apply(reason_of, axis=1, reasons=reasons)
    difference = both["reproduced"] - both["published"]
    both = both.assign(study=studies[0], difference=difference)
    both = both.assign(verdict=verdicts(both, reason))
    both["note"] = notes(both, reason)
    return both.drop(columns=["half", "impossible", "finding"])


def beside(published: pd.DataFrame, table: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Put a variant's cells beside the published ones, in the order of the paper."""
    table = table.rename(columns={"value": "reproduced", "unit": "own_unit"})
    printed = published.merge(table, how="left", on=CELL)
    others = table.merge(published[CELL], how="left", on=CELL, indicator=True)
    others = others[others.pop("_merge") == "left_only"]
    both = pd.concat([printed, others], ignore_index=True)
    # The text prints some fractions as percentages.
    percent = both["unit"].eq("%") & both["own_unit"].fillna("").eq("fraction")
    scores = ["reproduced", "sd", "low", "high"]
    both.loc[percent.astype(bool), scores] *= 100
    unit = both["unit"].fillna(both.pop("own_unit"))
    impossible = both["impossible"].eq(True)  # empty where nothing is printed
    return both.assign(variant=variant, unit=unit, impossible=impossible)


def reason_of(number: pd.Series, reasons: list[dict]) -> str:
    """Give the reason why a printed number is not comparable, or nothing."""
    place = list(number[CELL])
    for reason in reasons:
        if any(place[: len(start)] == start for start in reason["places"]):
            return reason["why"]
    return ""


def verdicts(both: pd.DataFrame, reason: pd.Series) -> np.ndarray:
    """Say in words where each reproduced number lies, seen from the published one.

    Parameters
    ----------
    both : published, half, reproduced, low, high, impossible, and subjects (empty where
        not run)
    reason : why a number is not comparable, or ""
    """
    published, reproduced = both["published"], both["reproduced"]
    # Where all resamples score alike, they say nothing of other patients.
    bare = both["low"].isna() | both["low"].eq(both["high"])
    words = {
        "not comparable": reason.ne(""),
        "published value impossible": both["impossible"],
        "not run": both["subjects"].isna(),
        "other work": reproduced.isna() & both["subjects"].fillna(1).eq(0),
        "not printed": published.isna(),
        "undefined": reproduced.isna(),
        "equal": bare & both["difference"].abs().le(both["half"]),
        "differs": bare,
        "inside the interval": published.between(both["low"], both["high"]),
        "below": reproduced < published,
    }
    return np.select(
        [rows.to_numpy(bool) for rows in words.values()], list(words), "above"
    )


def notes(both: pd.DataFrame, reason: pd.Series) -> pd.Series:
    """Say why a number was not run or is not compared, and what the audit found."""
    ran = both[both["verdict"] != "not run"].groupby(CELL)["variant"].agg(", ".join)
    elsewhere = both[CELL].apply(tuple, axis=1).map(ran.to_dict())
    absent = "The variant does not run it; run by " + elsewhere + "."
    absent = absent.fillna("No experiment or cohort of this run gives it.")
    why = reason.where(reason.ne(""), absent.where(both["verdict"].eq("not run"), ""))
    return (why + " " + both["finding"].fillna("")).str.strip()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    values = pd.concat(
        pd.read_csv(path, dtype=str) for path in snakemake.input.published
    )
    tables = {}
    for path, origin in zip(
        snakemake.input.tables, snakemake.params.tables_of, strict=True
    ):
        tables.setdefault(origin["variant"], []).append(read_table(path, "table"))
    tables = {variant: pd.concat(parts) for variant, parts in tables.items()}
    text = yaml.safe_load(Path(snakemake.input.text).read_text(encoding="utf-8"))
    audit = read_table(snakemake.input.audit, "audit")
    comparison = compare(
        audited(published_numbers(values), audit, text["same"] + text["again"]),
        tables,
        readings=snakemake.params.readings,
        reasons=text["not_comparable"],
    )
    write_table(comparison, snakemake.output.comparison, "comparison")
