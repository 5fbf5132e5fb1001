"""One self-contained page on a cohort: its counts, who was left out, its pictures."""

import io
from collections.abc import Container
from pathlib import Path

import numpy as np
import pandas as pd

from regrade.drawing import flow_chart
from regrade.logs import log_to
from regrade.pages import counts, data_uri, reasons, render
from regrade.subjects import count_reasons
from regrade.tables import load_schema, read_table

TALLIES = {"Site": "site", "IDH": "idh", "Resection": "resection"}
STATES = ["left out", "in doubt", "kept"]


def cohort_flow(
    cohort: str, subjects: pd.DataFrame, problems: pd.DataFrame
) -> pd.DataFrame:
    """Give the rows of the table `flow` of a cohort by itself."""
    lost = problems[problems["left_out"]].rename(columns={"problem": "reason"})
    named = len(subjects) + lost["subject"].nunique()
    rows = [(cohort, "named", "in its folder and tables", named)]
    rows += [(cohort, "left out", *counted) for counted in count_reasons(lost).items()]
    rows += [(cohort, "kept", "", len(subjects))]
    return pd.DataFrame(rows, columns=list(load_schema("flow")["columns"]))


def flow_figure(flow: pd.DataFrame) -> dict:
    """Draw the flow for the page, and say it in words."""
    file = io.BytesIO()
    flow_chart(flow, header=False).savefig(file, format="svg", metadata={"Date": None})
    total = flow.groupby("stage")["subjects"].sum()
    words = ", ".join(f"{number:,} {stage}" for stage, number in total[::-1].items())
    return {"uri": data_uri(file.getvalue(), "image/svg+xml"), "words": words}


def by_grade(subjects: pd.DataFrame) -> list[dict]:
    """Count sex and describe age of each grade, and of all."""
    grades = subjects["grade"].fillna("not known")
    groups = {grade: rows for grade, rows in subjects.groupby(grades)}
    return [
        {
            "grade": grade,
            "subjects": len(rows),
            "female": int((rows["sex"] == "F").sum()),
            "male": int((rows["sex"] == "M").sum()),
            "no_sex": int(rows["sex"].isna().sum()),
            "no_age": int(rows["age"].isna().sum()),
            "mean_age": rows["age"].mean(),
            "sd_age": rows["age"].std(),
            "youngest": rows["age"].min(),
            "oldest": rows["age"].max(),
        }
        for grade, rows in {**groups, "All": subjects}.items()
    ]


def by_decade(ages: pd.Series) -> dict[str, int]:
    """Count the known ages in tens of years, empty ones in between too."""
    decades = (ages.dropna() // 10).astype(int)
    if decades.empty:
        return {}
    counted = decades.value_counts()
    return {
        f"{10 * decade}–{10 * decade + 9}": int(counted.get(decade, 0))
        for decade in range(decades.min(), decades.max() + 1)
    }


def survival(subjects: pd.DataFrame) -> dict[str, int]:
    """Count deaths and censored; empty where the cohort gives no survival."""
    known = subjects.dropna(subset=["survival_days", "died"])
    if known.empty:
        return {}
    died = int(known["died"].sum())
    return {
        "died": died,
        "alive at last contact": len(known) - died,
        "not known": len(subjects) - len(known),
    }


def summary(found: pd.DataFrame, subjects: pd.DataFrame) -> dict:
    """Count what the sheet says; a patient once, as at the first examination."""
    first = subjects[~subjects["follow_up"].astype(bool)]
    known = {word: first[column] for word, column in TALLIES.items()}
    return {
        "named": len(found),
        "subjects": len(subjects),
        "patients": subjects["patient"].nunique(),
        "follow_ups": len(subjects) - len(first),
        "grades": by_grade(first),
        "decades": by_decade(first["age"]),
        "tallies": {w: counts(v) for w, v in known.items() if v.notna().any()},
        "survival": survival(first),
    }


def pictures(
    found: pd.DataFrame, problems: pd.DataFrame, tiles: dict[str, Path], *, most: int
) -> list[dict]:
    """Give the tiles of a cohort's subjects, and what was said of each.

    Those left out come first, then those in doubt. Where no subject has a tile, the
    cohort came without images, and there is nothing to show.

    Parameters
    ----------
    most : how many are shown; of a larger cohort, kept subjects at even steps
    """
    if not tiles:
        return []
    words = problems.groupby("subject")["problem"].agg(" ".join).to_dict()
    out = set(problems.loc[problems["left_out"], "subject"])
    states = {name: state_of(name, out, words) for name in found["subject"]}
    return [
        {
            "subject": name,
            "uri": name in tiles and data_uri(tiles[name].read_bytes(), "image/jpeg"),
            "words": words.get(name, ""),
            "state": states[name],
        }
        for name in choose(states, most)
    ]


def choose(states: dict[str, str], most: int) -> list[str]:
    """Choose so many names at most: the odd ones, then kept ones at even steps."""
    names = sorted(states, key=lambda name: STATES.index(states[name]))
    odd = sum(state != "kept" for state in states.values())
    if len(names) <= most:
        return names
    steps = np.linspace(odd, len(names) - 1, max(most - odd, 0)).astype(int)
    return names[: min(odd, most)] + [names[step] for step in steps]


def state_of(name: str, out: Container[str], doubted: Container[str]) -> str:
    """Say whether a subject was left out, is in doubt, or was kept."""
    if name in out:
        return "left out"
    return "in doubt" if name in doubted else "kept"


def find_tiles(sheets: list[str]) -> dict[str, Path]:
    """Give the files of all contact sheets under the names of their subjects."""
    return {tile.stem: tile for sheet in sheets for tile in Path(sheet).glob("*.jpg")}


if __name__ == "__main__":
    log_to(snakemake.log[0])
    inputs, cohort = snakemake.input, snakemake.params.cohort
    subjects = read_table(inputs.subjects, "subjects")
    problems = read_table(inputs.problems, "problems")
    found = read_table(inputs.found, "found")
    left_out = problems["left_out"].astype(bool)
    page = render(
        Path(inputs.template).read_text(),
        Path(inputs.style).read_text(),
        scope=snakemake.params.scope,
        about=snakemake.params.about,
        cohort=cohort,
        summary=summary(found, subjects),
        flow=flow_figure(cohort_flow(cohort, subjects, problems)),
        left_out=reasons(problems[left_out]),
        doubts=reasons(problems[~left_out]),
        pictures=pictures(
            found,
            problems,
            find_tiles(inputs.sheets),
            most=snakemake.params.most,
        ),
    )
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
