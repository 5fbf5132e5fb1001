"""The verdicts on all leak probes of a variant, beside the scores they cast doubt on.

A probe is significant where its p, corrected by Holm (1979) over the probes of the
variant, is not above the level: all of a variant's probes together accuse a run without
a leak with at most that probability. Questions that the study's design confounds cannot
accuse, and are corrected among themselves. Questions that so few subjects cannot decide
are not counted (Tarone 1990).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.metrics import area_under_curve, read_predictions, run_scores
from regrade.pairs import holm
from regrade.probing import CHANCE, people
from regrade.questions import Question
from regrade.tables import read_table, write_table

ACCUSED, DESIGN = "accused", "confounded by design"
MOST_NAMED = 2  # experiments on the page; more are counted
CLEAR, OPEN = "not accused", "cannot be told"


def decidable(least: pd.Series, level: float) -> pd.Series:
    """Tell which tests could be significant among those that could be (Tarone 1990)."""
    for count in range(1, len(least) + 1):
        could = least <= level / count
        if could.sum() <= count:
            return could
    return pd.Series(False, least.index)


def judge(findings: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add p_corrected and verdict to findings.

    A significant probe accuses, unless the study's design confounds its question, or
    what it sees is the tumour itself; then it says so.
    """
    table = findings.assign(p_corrected=np.nan)
    for _, family in findings.groupby("confounded"):
        could = decidable(family["least_p"].dropna(), level)
        tested = could.index[could]
        table.loc[tested, "p_corrected"] = holm(table.loc[tested, "p"].astype(float))
    told = table["p_corrected"].notna()
    found = (told & (table["p_corrected"] <= level)).to_numpy(bool)
    seen = table["proven"].fillna(False).to_numpy(bool)
    looked = table["proven"].notna().to_numpy(bool)
    verdicts = np.select(
        [
            seen | (found & ~(table["confounded"] | table["own"]).to_numpy(bool)),
            found & table["confounded"].to_numpy(bool),
            found,
            looked | told.to_numpy(bool),
        ],
        [ACCUSED, DESIGN, OPEN, CLEAR],
        OPEN,
    )
    return table.assign(verdict=verdicts)


def scores_beside(
    findings: pd.DataFrame, predictions: pd.DataFrame, splits: pd.DataFrame
) -> pd.DataFrame:
    """Give the lowest and highest AUC of experiments on each question on classes.

    Parameters
    ----------
    predictions : of the experiments that learn from what was probed

    Returns
    -------
    columns lowest, highest; empty for other questions
    """
    scored = predictions[predictions["role"] == "test"]
    rows = [beside(row, scored, splits) for row in findings.itertuples()]
    return pd.DataFrame(rows, findings.index, columns=["lowest", "highest"])


def beside(finding, scored: pd.DataFrame, splits: pd.DataFrame) -> tuple[float, float]:
    """Give the lowest and highest AUC of experiments on one question."""
    if finding.target != "class" or scored.empty:
        return np.nan, np.nan
    within = None if pd.isna(finding.within) else finding.within
    pair = (finding.first, finding.second)
    asked = Question("class", pair, within, confounded=False).asked(splits)
    chosen = scored[scored["subject"].isin(asked["subject"])]
    first, second = (chosen[f"p_{name}"] for name in pair)
    chances = (second / (first + second)).fillna(CHANCE)
    truth = chosen["truth"].replace(pair[1], "asked")
    runs = chosen.assign(p_asked=chances, truth=truth)
    areas = pd.Series(
        [run_scores(its, auc)["AUC"].mean() for _, its in runs.groupby("experiment")]
    )
    return areas.min(), areas.max()


def auc(run: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Score the chance of the class that was asked for."""
    return {"AUC": area_under_curve(run, weights, "asked")}


def doubted(experiments: Sequence[str]) -> str:
    """Name the experiments that learn from an input, or count them."""
    if len(experiments) <= MOST_NAMED:
        return ", ".join(experiments)
    return f"{len(experiments)} experiments"


def probes_table(
    findings: Mapping[str, pd.DataFrame],
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    *,
    experiments: Mapping[str, Sequence[str]],
    level: float,
    scope: str,
) -> pd.DataFrame:
    """Judge all probes of a variant (schema ``probes``).

    Parameters
    ----------
    findings : of each input, its findings
    experiments : of each input, those that learn from it
    level : at which all probes together may accuse a run without a leak
    """
    parts = []
    for name, rows in findings.items():
        chosen = predictions[predictions["experiment"].isin(experiments[name])]
        doubts = doubted(experiments[name])
        part = rows.assign(input=name, experiments=doubts)
        parts.append(part.join(scores_beside(part, chosen, splits)))
    table = judge(pd.concat(parts, ignore_index=True), level)
    aside = ["target", "first", "second", "within", "confounded", "own", "proven"]
    return table.drop(columns=[*aside, "least_p"]).assign(scope=scope)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    paths = zip(settings.pop("inputs"), snakemake.input.findings, strict=True)
    findings = pd.DataFrame({"input": name, "path": path} for name, path in paths)
    read = {
        name: pd.concat(
            [read_table(path, "findings") for path in rows["path"]], ignore_index=True
        )
        for name, rows in findings.groupby("input", sort=False)
    }
    table = probes_table(
        read,
        read_predictions(snakemake.input.predictions),
        people(read_table(snakemake.input.splits, "splits")),
        **settings,
    )
    write_table(table, snakemake.output.table, "probes")
