"""The pairs of a study's claims by three more tests: DeLong, McNemar, corrected t.

The permutation test of ``judge_claims`` gives the verdicts; these say whether they hang
on it. In each test the p values of a claim's pairs are corrected together (Holm 1979).
"""

from functools import partial

import pandas as pd

from regrade.logs import log_to, progress
from regrade.metrics import read_predictions, run_scores, scored, study_scores
from regrade.pairs import corrected_t, delong_difference, holm, mcnemar
from regrade.tables import write_table

TESTS = ["p_delong", "p_mcnemar", "p_folds"]


def share_tested(splits: pd.DataFrame) -> float:
    """Give the subjects tested over those learnt from, mean over the folds."""
    counts = splits.groupby("fold")["role"].value_counts().unstack(fill_value=0)
    return float((counts["test"] / counts["train"]).mean())


def compare(
    first: pd.DataFrame,
    second: pd.DataFrame,
    score,
    *,
    name: str,
    outcome: str,
    tested: float,
) -> dict:
    """Put two experiments to the three tests.

    Parameters
    ----------
    name : of the score whose folds are compared
    outcome : class whose AUC, against the rest, DeLong's test compares
    tested : as ``share_tested`` gives it
    """
    area = delong_difference(first, second, outcome)
    only_better, only_worse, p = mcnemar(first, second)
    runs = run_scores(first, score)[name] - run_scores(second, score)[name]
    folds = runs.groupby("fold").mean()
    return {
        "auc_difference": area["value"],
        "low": area["low"],
        "high": area["high"],
        "p_delong": area["p"],
        "only_better": only_better,
        "only_worse": only_worse,
        "p_mcnemar": p,
        "score": name,
        "score_difference": runs.mean(skipna=False),
        "folds": len(folds),
        "p_folds": corrected_t(folds.to_numpy(), tested),
    }


def pairs_table(
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    tests: list[dict],
    *,
    outcome: str,
    classes: list[str],
    positive: str | None,
    scoring: str,
    scope: str,
) -> pd.DataFrame:
    """Put all pairs of all claims to the tests (schema ``pairs``).

    Parameters
    ----------
    tests : claim, score, pairs of each; those without pairs are left out
    """
    ways = {"classes": classes, "positive": positive, "scoring": scoring}
    score, tested = partial(study_scores, **ways), share_tested(splits)
    tables = []
    for test in progress([test for test in tests if test["pairs"]], "claims"):
        rows = []
        for pair in test["pairs"]:
            both = [scored(predictions, name, classes) for name in pair]
            words = {"claim": test["claim"], "better": pair[0], "worse": pair[1]}
            settings = {"name": test["score"], "outcome": outcome, "tested": tested}
            rows += [words | compare(*both, score, **settings)]
        table = pd.DataFrame(rows)
        corrected = {f"{p}_holm": holm(table[p].astype(float)) for p in TESTS}
        tables += [table.assign(**corrected)]
    return pd.concat(tables, ignore_index=True).assign(outcome=outcome, scope=scope)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = pairs_table(
        read_predictions(snakemake.input.predictions),
        pd.read_csv(snakemake.input.splits),
        **snakemake.params,
    )
    write_table(table, snakemake.output.table, "pairs")
