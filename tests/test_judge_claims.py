import pandas as pd
import pytest
import yaml

from judge_claims import (
    claims,
    claims_markdown,
    compare_survival,
    judge_claim,
    judge_pairs,
    printed_differences,
)
from regrade.metrics import two_class_scores
from regrade.pairs import difference, permutation_p
from regrade.settings import check
from regrade.studies import check_baselines, check_compared
from regrade.tables import read_table, write_table
from zeng2024_factorial import factorial

CLASSES = ["LGG", "HGG"]
DRAWS = {"resamples": 1000, "seed": 1}
RIGHT, WRONG, HALF = [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.1, 0.3, 0.2, 0.4]


def scored_by(name: str, chances: list[float], runs=((0, 1),)) -> pd.DataFrame:
    """Two LGG and two HGG in each run, with their chances of HGG."""
    run = pd.DataFrame(
        {
            "experiment": name,
            "epoch": 1,
            "subject": ["A", "B", "C", "D"],
            "role": "test",
            "truth": ["LGG", "LGG", "HGG", "HGG"],
            "predicted": "HGG",
            "p_HGG": chances,
        }
    ).assign(p_LGG=lambda t: 1 - t["p_HGG"])
    parts = [run.assign(fold=fold, seed=seed) for fold, seed in runs]
    return pd.concat(parts, ignore_index=True)


def two_folds(tests: pd.DataFrame) -> pd.DataFrame:
    """Add a fold of other subjects with the same chances."""
    others = tests.assign(fold=1, subject=tests["subject"].str.lower())
    return pd.concat([tests, others])


def p_of(first, second, runs=((0, 1),)) -> float:
    pair = scored_by("first", first, runs), scored_by("second", second, runs)
    return permutation_p(*pair, score, "AUC", **DRAWS)


def test_of_sixteen_exchanges_one_gives_the_largest_difference():
    # AUC 1 against 0: no other exchange of four ranks does that, but all four at once.
    assert p_of(RIGHT, WRONG) == pytest.approx(2 / 16)


def test_only_the_order_of_the_subjects_counts():
    assert p_of(RIGHT, [chance**3 for chance in RIGHT]) == 1
    assert p_of(RIGHT, [chance**3 for chance in WRONG]) == p_of(RIGHT, WRONG)


def test_neither_seeds_nor_folds_make_more_of_the_same_subjects():
    assert p_of(RIGHT, WRONG, [(0, 1), (0, 2)]) == pytest.approx(2 / 16)
    assert p_of(RIGHT, WRONG, [(0, 1), (1, 1)]) == pytest.approx(2 / 16)
    pair = [
        two_folds(scored_by(name, chances))
        for name, chances in [("first", RIGHT), ("second", WRONG)]
    ]
    assert permutation_p(*pair, score, "AUC", **DRAWS) == pytest.approx(2 / 256)


def test_rows_in_another_order_are_the_same_subjects():
    first, second = scored_by("first", RIGHT), scored_by("second", WRONG)
    assert permutation_p(first, second[::-1], score, "AUC", **DRAWS) == 2 / 16


def test_without_one_class_there_is_no_p():
    first, second = (
        scored_by(name, chances).head(2).assign(truth="LGG")
        for name, chances in [("first", RIGHT), ("second", WRONG)]
    )
    assert pd.isna(permutation_p(first, second, score, "AUC", **DRAWS))


def score(run, rows):
    return two_class_scores(run, rows, positive="HGG")


def test_a_difference_is_paired():
    first, second = scored_by("first", HALF), scored_by("second", [2 * c for c in HALF])
    alike = difference(first, second, score, "AUC", **DRAWS)
    assert alike == {"value": 0, "low": 0, "high": 0}
    apart = difference(first, scored_by("third", WRONG), score, "AUC", **DRAWS)
    assert apart["value"] == 0.75
    assert apart["low"] < 0.75 <= apart["high"] == 1


def test_each_of_a_pair_may_choose_its_own_epoch():
    first, second = scored_by("first", RIGHT), scored_by("second", WRONG)
    later = second.assign(epoch=7)
    assert permutation_p(first, later, score, "AUC", **DRAWS) == 2 / 16
    assert difference(first, later, score, "AUC", **DRAWS)["value"] == 1


def test_other_subjects_are_no_pair():
    first, second = scored_by("first", RIGHT), scored_by("second", WRONG, [(0, 2)])
    with pytest.raises(ValueError, match="first and second are not of the same subj"):
        difference(first, second, score, "AUC", **DRAWS)
    with pytest.raises(ValueError, match="first and second are not of the same subj"):
        permutation_p(first, second, score, "AUC", **DRAWS)


def test_pairs_are_judged_after_the_correction():
    pairs = pd.DataFrame(
        {"difference": [0.1, -0.1, 0.1, 0.0], "p": [0.01, 0.02, 0.04, None]}
    )
    judged = judge_pairs(pairs, 0.05)
    # Benjamini and Hochberg: p times 4 over its rank, the one without p counting as 1.
    assert judged["p_corrected"].tolist() == pytest.approx(
        [0.04, 0.04, 0.16 / 3, float("nan")], nan_ok=True
    )
    words = ["as claimed", "the other way round", "not decided", "not decided"]
    assert judged["verdict"].tolist() == words


@pytest.mark.parametrize(
    ("verdicts", "whole", "verdict"),
    [
        (["as claimed", "as claimed"], True, "holds"),
        (["as claimed", "as claimed"], False, "not decided"),
        (["as claimed", "not decided"], True, "not decided"),
        (["as claimed", "the other way round", "not decided"], True, "does not hold"),
        (["the other way round"], False, "does not hold"),
    ],
)
def test_a_claim_is_as_good_as_its_pairs(verdicts, whole, verdict):
    assert judge_claim(pd.Series(verdicts), whole=whole) == verdict


def survival(**months) -> pd.DataFrame:
    rows = [{"class": name, "months": m} for name, all_ in months.items() for m in all_]
    return pd.DataFrame(rows).assign(died=True)


def test_survival_is_compared_in_months_lived():
    table = survival(LGG=[10.0] * 9, HGG=[4.0] * 9)
    row = compare_survival(table, ["LGG", "HGG"])
    assert row["difference"] == pytest.approx(6)
    assert row["p"] < 1e-4
    assert row["subjects"] == 18
    alive = table.assign(died=table["class"] == "HGG", months=[6.0] * 9 + [4.0] * 9)
    assert compare_survival(alive, ["HGG", "LGG"])["difference"] == pytest.approx(-2)


def read(root, path: str) -> dict:
    return yaml.safe_load((root / "workflow" / path).read_text())


@pytest.fixture
def study(root) -> dict:
    return read(root, "studies/zeng2024.yaml")


def printed_gains(root, name: str) -> dict[str, list[float]]:
    """Give the printed difference of each pair, claim by claim."""
    study = read(root, f"studies/{name}.yaml")
    published = pd.read_csv(root / f"workflow/published/{name}.csv", dtype=str)
    places = {}
    for row in (row for table in study["tables"].values() for row in table["rows"]):
        places.setdefault(row["experiment"], []).append((row["item"], row["row"]))
    gains = {}
    for test in study["claims"]["tests"]:
        pairs = pd.DataFrame(test.get("pairs", []), columns=["better", "worse"])
        pairs["unit"] = test.get("score", study["score"])
        gains[test["claim"]] = printed_differences(published, places, pairs)
    return gains


def test_every_claim_of_zeng2024_agrees_with_the_printed_numbers(root):
    """The paper claims what its tables show, in the direction in which they do."""
    gains = printed_gains(root, "zeng2024")
    assert [len(printed) for printed in gains.values()] == [5, 8, 5, 4, 5, 0]
    printed = sum(gains.values(), [])
    assert min(printed) == pytest.approx(0.6631 - 0.6626)
    assert printed[0] == pytest.approx(0.8284 - 0.6451)


def test_one_claim_of_chatterjee2022_is_not_what_its_tables_say(root):
    """From scratch the plain 3D network is the best (3B-7)."""
    gains = printed_gains(root, "chatterjee2022")
    against = {claim for claim, printed in gains.items() if min(printed) < 0}
    assert against == {"(g)"}
    assert gains["(a)"] == pytest.approx([0.9237 - 0.9035, 0.9345 - 0.8607])
    assert sum(gain < 0 for gain in gains["(g)"]) == 2
    assert not any(map(pd.isna, sum(gains.values(), [])))


TESTS = [
    {
        "claim": "(a)",
        "words": "Features help",
        "score": "AUC",
        "pairs": [["good", "bad"]],
        "named": 2,
    },
    {"claim": "(f)", "words": "LGG live longer", "pairs": [], "named": 0}
    | {"survival": ["LGG", "HGG"]},
]


def test_a_claim_has_its_verdict_and_below_it_its_pairs(tmp_path):
    good, bad = two_folds(scored_by("good", RIGHT)), two_folds(scored_by("bad", WRONG))
    published = pd.DataFrame(
        {"item": "Table 1", "row": ["G", "B"], "column": "AUC", "value": ["0.9", "0.8"]}
    )
    table = claims(
        pd.concat([good, bad]),
        survival(LGG=[4.0] * 9, HGG=[10.0] * 9),
        published,
        TESTS,
        printed_rows={"good": [("Table 1", "G")], "bad": [("Table 1", "B")]},
        classes=CLASSES,
        positive="HGG",
        scoring="right",
        level=0.05,
        scope="demo",
        **DRAWS,
    )
    write_table(table, tmp_path / "claims.csv", "claims")
    read = read_table(tmp_path / "claims.csv", "claims")
    assert read["words"].tolist() == [
        "Features help (1 of 2 pairs were run)",
        "G over B",
        "LGG live longer",
        "LGG over HGG",
    ]
    assert read["verdict"].tolist() == [
        "not decided",
        "as claimed",
        "does not hold",
        "the other way round",
    ]
    assert read.loc[1, ["difference", "published"]].tolist() == pytest.approx([1, 0.1])
    assert read["subjects"].tolist() == [8, 8, 18, 18]
    text = claims_markdown(read, ["claim", "words", "published", "verdict"], "Claims.")
    assert "| (a) | G over B | 0.1 | as claimed |" in text.splitlines()


def test_a_factorial_has_both_scores_and_their_difference(tmp_path):
    def variant(first, second):
        return pd.concat([scored_by("plain", first), scored_by("features", second)])

    rows = [{"row": "LGG only", "variant": "one"}, {"row": "none", "variant": "two"}]
    table = factorial(
        {"one": variant(WRONG, RIGHT), "two": variant(RIGHT, HALF)},
        rows,
        experiments=["plain", "features"],
        columns=["2D", "2D + features", "Gain"],
        classes=CLASSES,
        positive="HGG",
        scope="demo",
        **DRAWS,
    )
    write_table(table, tmp_path / "factorial.csv", "table")
    cells = table.set_index(["row", "column"])
    assert cells.loc["LGG only", "value"].tolist() == [0, 1, 1]
    assert cells.loc["none", "value"].tolist() == [1, 0.75, -0.25]
    assert cells.loc["none", "unit"].tolist() == ["fraction", "fraction", "difference"]
    assert cells.loc[("none", "Gain"), "low"] < -0.25


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {
                "claims": {
                    "outcome": "HGG",
                    "tests": [{"pairs": [["volume_logistic", "other"]]}],
                }
            },
            "experiments",
        ),
        (
            {"claims": {"outcome": "HGG", "tests": [{"survival": ["LGG", "other"]}]}},
            "classes",
        ),
        ({"claims": {"outcome": "other", "tests": [{"pairs": []}]}}, "classes"),
        ({"factorial": {"experiments": [], "rows": {"other": "x"}}}, "variants"),
    ],
)
def test_claims_on_what_is_not_there_are_refused(study, change, sentence):
    check_compared(study, "study")
    with pytest.raises(
        ValueError, match=rf"name the {sentence} \['other'\]; there are"
    ):
        check_compared(study | change, "study")


def test_baselines_on_what_is_not_there_are_refused(root, study):
    check_baselines(study, "study")
    check(study, read(root, "schemas/study.schema.yaml"), "study")
    other = {"model": "logistic", "options": {}, "features": ["Mass"]}
    with pytest.raises(ValueError, match=r"baseline other has the features \['Mass'\]"):
        check_baselines(study | {"baselines": {"other": other}}, "study")
    twice = {"baselines": {"resnet50_all": study["baselines"]["volume_logistic"]}}
    with pytest.raises(ValueError, match="is a baseline and an experiment"):
        check_baselines(study | twice, "study")


@pytest.mark.parametrize("options", [{}, {"C": 1.0}, {"n_estimators": 5}])
def test_options_of_another_model_are_refused(root, study, options):
    study["baselines"]["shape_logistic"]["options"] = options
    with pytest.raises(ValueError, match="at baselines.shape_logistic.options"):
        check(study, read(root, "schemas/study.schema.yaml"), "study")
