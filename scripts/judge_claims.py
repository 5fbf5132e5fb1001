"""What a paper claims, each put to a paired test on the scored subjects (A-49, B-38).

Of a pair the first experiment is said to have the larger score. A pair is decided where
its p, corrected over the pairs of the claim (Benjamini and Hochberg 1995), is not above
the level. A claim holds where all its pairs were run and are decided as it says, and
does not hold where one is decided the other way round.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines.utils import restricted_mean_survival_time
from scipy.stats import false_discovery_control

from regrade.logs import log_to, progress
from regrade.markdown import in_words, markdown
from regrade.metrics import read_predictions, scored, study_scores
from regrade.pairs import difference, permutation_p
from regrade.survival import fit_curves, log_rank_p
from regrade.tables import read_table, write_table

AS_CLAIMED, REVERSED, OPEN = "as claimed", "the other way round", "not decided"


def compare_pair(
    predictions: pd.DataFrame,
    pair: Sequence[str],
    *,
    name: str,
    classes: list[str],
    positive: str | None,
    scoring: str,
    **draws,
) -> dict:
    """Compare two experiments by the score of that name.

    Returns
    -------
    better, worse, difference, low, high, unit, p, subjects
    """
    first, second = (scored(predictions, name, classes) for name in pair)
    ways = {"classes": classes, "positive": positive, "scoring": scoring}
    score = partial(study_scores, **ways)
    gain = difference(first, second, score, name, **draws)
    return {
        "better": pair[0],
        "worse": pair[1],
        "difference": gain.pop("value"),
        **gain,
        "unit": name,
        "p": permutation_p(first, second, score, name, **draws),
        "subjects": first["subject"].nunique(),
    }


def compare_survival(survival: pd.DataFrame, pair: Sequence[str]) -> dict:
    """Compare the survival of two classes by the log-rank test.

    The difference is that of the mean months lived until the last month that both
    curves tell of; it has no interval.
    """
    curves = fit_curves(survival, list(pair)).values()
    groups = [survival[survival["class"] == name] for name in pair]
    end = min(map(last_month, groups))
    end = end if np.isfinite(end) else survival["months"].max()
    means = [restricted_mean_survival_time(curve, end) for curve in curves]
    return {
        "better": pair[0],
        "worse": pair[1],
        "difference": means[0] - means[1],
        "unit": "months",
        "p": log_rank_p(survival, list(pair)),
        "subjects": sum(map(len, groups)),
    }


def last_month(group: pd.DataFrame) -> float:
    """Say how far a survival curve reaches: without end where all die."""
    longest = group["months"] == group["months"].max()
    return np.inf if group.loc[longest, "died"].all() else group["months"].max()


def judge_pairs(pairs: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add p_corrected and verdict to the pairs of one claim."""
    corrected = pd.Series(false_discovery_control(pairs["p"].fillna(1)), pairs.index)
    decided = pairs["p"].notna() & (corrected <= level)
    words = np.select(
        [decided & (pairs["difference"] > 0), decided & (pairs["difference"] < 0)],
        [AS_CLAIMED, REVERSED],
        OPEN,
    )
    corrected = corrected.where(pairs["p"].notna())
    return pairs.assign(p_corrected=corrected, verdict=words)


def judge_claim(verdicts: pd.Series, *, whole: bool) -> str:
    """Say whether a claim holds, from the verdicts on its pairs.

    Parameters
    ----------
    whole : whether all pairs were run
    """
    if (verdicts == REVERSED).any():
        return "does not hold"
    return "holds" if whole and (verdicts == AS_CLAIMED).all() else OPEN


def printed_differences(
    published: pd.DataFrame, printed_rows: Mapping[str, Sequence], pairs: pd.DataFrame
) -> list[float]:
    """Give the difference of each pair's printed scores; NaN where one is not printed.

    Parameters
    ----------
    published : item, row, column, value; all text
    printed_rows : of each experiment, the items and rows where it stands
    pairs : columns better, worse, unit (the score's name)
    """
    cells = published.set_index(["item", "row", "column"])["value"]

    def printed(experiment: str, score: str) -> float:
        places = [(*place, score) for place in printed_rows.get(experiment, [])]
        return float(next((cells[p] for p in places if p in cells.index), np.nan))

    rows = pairs[["better", "worse", "unit"]].itertuples(index=False)
    return [printed(a, score) - printed(b, score) for a, b, score in rows]


def claim_rows(
    test: Mapping,
    predictions: pd.DataFrame,
    survival: pd.DataFrame | None,
    *,
    level: float,
    **settings,
) -> pd.DataFrame:
    """Give the verdict on a claim, and below it its pairs."""
    pairs = [
        compare_pair(predictions, pair, name=test["score"], **settings)
        for pair in test["pairs"]
    ]
    if "survival" in test:
        pairs += [compare_survival(survival, test["survival"])]
    judged = judge_pairs(pd.DataFrame(pairs), level)
    whole = len(test["pairs"]) == test["named"]
    part = f" ({len(test['pairs'])} of {test['named']} pairs were run)"
    head = {
        "words": test["words"] + ("" if whole else part),
        "subjects": judged["subjects"].max(),
        "verdict": judge_claim(judged["verdict"], whole=whole),
    }
    rows = pd.concat([pd.DataFrame([head]), judged], ignore_index=True)
    return rows.assign(claim=test["claim"])


def claims(
    predictions: pd.DataFrame,
    survival: pd.DataFrame | None,
    published: pd.DataFrame,
    tests: list[dict],
    *,
    printed_rows: Mapping[str, Sequence],
    scope: str,
    **settings,
) -> pd.DataFrame:
    """Test all claims (schema ``claims``).

    Parameters
    ----------
    tests : claim, words, score (name), pairs (better and worse experiment of each),
        named (how many pairs there are, whether they run or not), and, where the claim
        is about survival, the classes that live longer and shorter
    settings : classes, positive, scoring, level, resamples, seed
    """
    rows = [
        claim_rows(test, predictions, survival, **settings)
        for test in progress(tests, "claims")
    ]
    columns = ["low", "high", "better", "worse"]
    table = pd.concat(rows, ignore_index=True)
    table = table.reindex(columns=list(dict.fromkeys([*table.columns, *columns])))
    pairs = list(zip(table["better"], table["worse"], strict=True))
    named = {name: places[0][1] for name, places in printed_rows.items()}
    words = [f"{named.get(a, a)} over {named.get(b, b)}" for a, b in pairs]
    return table.assign(
        words=table["words"].where(table["better"].isna(), words),
        published=printed_differences(published, printed_rows, table),
        scope=scope,
    )


def claims_markdown(table: pd.DataFrame, columns: list[str], caption: str) -> str:
    """Write the table as Markdown."""
    shown = in_words(table[columns]).rename(columns=lambda name: name.replace("_", " "))
    first, *_ = shown.columns
    return markdown(shown.set_index(first), first, caption)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    inputs, settings = snakemake.input, dict(snakemake.params)
    columns, title = settings.pop("columns"), settings.pop("title")
    reading = settings.pop("reading")
    survival = None
    if inputs.survival:  # as Figure 6 has it
        readings = read_table(inputs.survival[0], "survival")
        survival = readings[readings["reading"] == reading]
    paths = inputs.predictions
    table = claims(
        read_predictions(paths) if paths else pd.DataFrame(),
        survival,
        pd.concat(pd.read_csv(path, dtype=str) for path in inputs.published),
        **settings,
    )
    write_table(table, snakemake.output.table, "claims")
    caption = ". ".join(filter(None, [title, settings["scope"]]))
    text = claims_markdown(
        read_table(snakemake.output.table, "claims"), columns, f"{caption}."
    )
    Path(snakemake.output.markdown).write_text(f"{text}\n", encoding="utf-8")
