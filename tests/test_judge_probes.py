"""Verdicts on leak probes, and the scores beside them."""

import numpy as np
import pandas as pd
import pytest
from probed import subjects

from judge_probes import beside, decidable, doubted, judge, probes_table
from regrade.pairs import holm
from regrade.probing import as_findings
from regrade.tables import read_table, write_table


def test_holm_is_that_of_his_paper():
    assert holm(pd.Series([0.01, 0.04, 0.03])).tolist() == pytest.approx(
        [0.03, 0.06, 0.06]
    )
    assert holm(pd.Series([0.9, 0.8])).tolist() == [1, 1]


def test_what_cannot_be_significant_is_not_counted():
    least = pd.Series([0.001, 0.2, 0.004, 0.2])
    assert decidable(least, 0.01).tolist() == [True, False, True, False]
    assert decidable(least, 0.005).tolist() == [True, False, False, False]
    assert not decidable(pd.Series([0.2]), 0.01).any()


def found(**changes) -> dict:
    row = {"question": "LGG or HGG, within a", "target": "class", "first": "LGG"}
    row |= {"second": "HGG", "within": "a", "confounded": False, "expected": 0.5}
    return row | {"value": 0.9, "p": 0.001, "least_p": 0.0005, "subjects": 9} | changes


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "accused"),
        ({"p": 0.02}, "not accused"),
        ({"confounded": True}, "confounded by design"),
        ({"confounded": True, "p": 0.02}, "not accused"),
        ({"own": True}, "cannot be told"),
        ({"own": True, "p": 0.02}, "not accused"),
        ({"least_p": 0.05, "p": 0.05}, "cannot be told"),
        ({"p": np.nan, "least_p": np.nan}, "cannot be told"),
        ({"p": np.nan, "least_p": np.nan, "proven": True}, "accused"),
        ({"p": np.nan, "least_p": np.nan, "proven": False}, "not accused"),
    ],
)
def test_verdicts(changes, verdict):
    table = as_findings("probe", [found(**changes)])
    assert judge(table, 0.01)["verdict"].item() == verdict


def test_confounded_questions_do_not_shelter_others():
    rows = [found(p=0.004), *[found(confounded=True, p=0.004)] * 2]
    verdicts = judge(as_findings("probe", rows), 0.01)["verdict"]
    assert verdicts.tolist() == ["accused", *["confounded by design"] * 2]


def predictions() -> pd.DataFrame:
    """Two LGG, two HGG, one healthy; one experiment orders all, one none."""
    rows = subjects(LGG_a=2, HGG_a=2, healthy_b=1)[["subject", "class"]]
    rows = rows.rename(columns={"class": "truth"})
    rows = rows.assign(fold=0, seed=1, epoch=1, role="test", predicted="LGG")
    good = rows.assign(
        experiment="good", p_LGG=[0.3, 0.2, 0.1, 0.1, 0], p_HGG=[0.1, 0.1, 0.2, 0.3, 0]
    )
    bad = good.assign(experiment="bad", p_LGG=good["p_HGG"], p_HGG=good["p_LGG"])
    return pd.concat([good, bad]).assign(p_healthy=0.1)


def test_scores_beside_are_those_on_the_same_question():
    who = subjects(LGG_a=2, HGG_a=2, healthy_b=1)
    row = next(as_findings("probe", [found()]).itertuples())
    assert beside(row, predictions(), who) == (0, 1)
    row = next(as_findings("probe", [found(target="source")]).itertuples())
    assert np.isnan(beside(row, predictions(), who)).all()


def test_many_experiments_are_counted():
    assert doubted(["a", "b"]) == "a, b"
    assert doubted(["a", "b", "c"]) == "3 experiments"


def test_the_table_keeps_its_schema(tmp_path):
    findings = {"t1": as_findings("header", [found()])}
    table = probes_table(
        findings,
        predictions(),
        subjects(LGG_a=2, HGG_a=2, healthy_b=1),
        experiments={"t1": ["good"]},
        level=0.01,
        scope="",
    )
    write_table(table, tmp_path / "probes.csv", "probes")
    row = read_table(tmp_path / "probes.csv", "probes").iloc[0]
    assert (row["lowest"], row["highest"], row["experiments"]) == (1, 1, "good")
    assert (row["verdict"], row["input"]) == ("accused", "t1")
