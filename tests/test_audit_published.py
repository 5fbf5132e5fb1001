"""The audit of both papers finds what is known of them, from their numbers alone."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from audit_published import read_published
from regrade.audit.claims import CHECKS, audit, check_of, expanded
from regrade.audit.printed import IMPOSSIBLE, OTHER, UNKNOWN, published_cells
from regrade.tables import check_table, load_schema

PUBLISHED = Path(__file__).parents[1] / "workflow/published"
STUDIES = ("zeng2024", "chatterjee2022")


def claims_of(study: str) -> list[dict]:
    text = (PUBLISHED / f"{study}_claims.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["claims"]


@pytest.fixture(scope="module")
def audits() -> dict[str, pd.DataFrame]:
    return {
        study: audit(
            published_cells(read_published(sorted(PUBLISHED.glob(f"{study}*.csv")))),
            claims_of(study),
        )
        for study in STUDIES
    }


@pytest.fixture(scope="module")
def zeng(audits) -> pd.DataFrame:
    return audits["zeng2024"]


@pytest.fixture(scope="module")
def chatterjee(audits) -> pd.DataFrame:
    return audits["chatterjee2022"]


def one(findings: pd.DataFrame, check: str, **place: str) -> pd.Series:
    """Give the one finding of a check whose columns start with these words."""
    found = findings[findings["check"] == check]
    for column, words in place.items():
        found = found[found[column].str.startswith(words)]
    assert len(found) == 1, found[["item", "row", "claim", "verdict"]]
    return found.iloc[0]


@pytest.mark.parametrize("study", STUDIES)
def test_an_audit_fits_its_schema(audits, study):
    check_table(audits[study].replace("", None), load_schema("audit"), study)


@pytest.mark.parametrize("study", STUDIES)
def test_every_claim_quotes_the_paper_and_names_a_check(study):
    for entry in expanded(claims_of(study)):
        assert entry["check"] in CHECKS
        assert entry["quote"]


def test_an_unknown_check_is_refused():
    with pytest.raises(ValueError, match=r"'a claim'.*'guess'.*check takes one of"):
        check_of({"check": "guess", "claim": "a claim"})


# 3A: paper A


def test_fourteen_rows_hold_ppv_and_npv(zeng):
    rows = zeng[zeng["check"] == "matrix behind the row"]
    other = rows[rows["verdict"] == OTHER]
    assert (len(rows), len(other)) == (15, 14)
    assert other["evidence"].str.contains("as PPV and NPV, HGG positive").all()
    first = rows.set_index(["item", "row"]).loc["Table 1(A)", "2D | T1"]
    assert first["evidence"].endswith("TP 95, FP 17, FN 26, TN 17")
    assert first["corrected"] == "APCA 0.6426, SEN 0.7851, SPE 0.5000"
    [meaning] = zeng.loc[zeng["check"] == "one meaning of the columns", "verdict"]
    assert meaning == IMPOSSIBLE


HEADLINE = {"item": "Table 1(B)", "row": "2D+3d_features | T1+T2+T1-Gd+FLAIR"}


def test_the_headline_row_is_possible_but_for_its_accuracy(zeng):
    found = one(zeng, "matrix behind the row", **HEADLINE)
    assert found["verdict"] == IMPOSSIBLE
    assert "TP 121, FP 1, FN 0, TN 33" in found["evidence"]
    assert (found["column"], found["corrected"]) == ("Acc", "Acc 0.9935")


def test_the_headline_auc_is_impossible_and_no_other(zeng):
    areas = zeng[zeng["check"] == "AUC against the operating point"]
    assert (areas["verdict"] == IMPOSSIBLE).sum() == 1
    found = one(areas, "AUC against the operating point", **HEADLINE)
    assert "between 0.9706 and 1.0000" in found["evidence"]


def test_all_aucs_are_of_patients(zeng):
    found = one(zeng, "AUCs are of patients")
    assert found["evidence"].startswith("21 of 21 AUCs are k / 4114")


def test_per_cent_means_points(zeng):
    found = zeng[zeng["check"] == "change against the table"].set_index("claim")
    unmarked = found.index[found["verdict"] == OTHER]
    assert [name.split(", ")[1] for name in unmarked] == ["T1", "T2", "T1-Gd", "FLAIR"]


def test_counts_of_paper_a(zeng):
    sums = zeng[zeng["check"] == "counts add up"]
    wrong = sums[sums["verdict"] == IMPOSSIBLE].set_index("item")["evidence"]
    assert set(wrong.index) == {"Figure 1 caption", "text sec. 2.1"}
    for words in (": 52;", ": 58;", "55 is printed"):
        assert words in wrong["Figure 1 caption"]


@pytest.mark.parametrize(
    ("claim", "verdict", "evidence"),
    [
        ("2D networks are better than 3D ones on every", IMPOSSIBLE, "1 of 5 pairs"),
        (
            "four modalities have a higher SEN than each alone (Table 2)",
            IMPOSSIBLE,
            "3",
        ),
        (
            "four modalities have a higher SEN than each alone (Table 1(A))",
            OTHER,
            "1 f",
        ),
        ("the shape features improve SPE", OTHER, "2 fail"),
    ],
)
def test_statements_against_the_tables_of_paper_a(zeng, claim, verdict, evidence):
    found = one(zeng, "order of the numbers", claim=claim)
    assert found["verdict"] == verdict
    assert evidence in found["evidence"]


def test_specificities_of_two_kinds_are_not_compared(zeng):
    claim = "SPE of the multi-modal"
    found = one(zeng, "compared numbers mean the same", claim=claim)
    assert (found["verdict"], found["corrected"]) == (IMPOSSIBLE, "0.9412 to 0.9706")


def test_gains_that_may_be_chance(zeng):
    found = zeng[zeng["check"] == "difference given n"]
    ablations = found[found["item"] == "Table 3"]
    assert (ablations["verdict"] == UNKNOWN).all()
    clear = found[found["row"].str.startswith("2D+3d_features | T1 AUC")]
    assert clear["verdict"].tolist() == ["holds"]
    least = found[found["claim"].str.contains("SPE")]
    assert (least["verdict"] == IMPOSSIBLE).sum() == 4


# 3B: paper B


def test_all_scores_of_paper_b_are_of_the_wrong_axis(chatterjee):
    rows = chatterjee[chatterjee["check"] == "matrix behind the class scores"]
    assert (len(rows), set(rows["verdict"])) == (6, {OTHER})
    best = rows.set_index("row").loc["Pre-trained ResNet mixed convolution"]
    assert best["corrected"] == (
        "about: recall 0.797 to 0.810, 0.961 to 0.963, 0.998 to 0.999; "
        "F1 0.828 to 0.835, 0.952 to 0.953, 0.998; "
        "macro F1 0.926 to 0.928; accuracy 0.956 to 0.958"
    )
    named = rows[rows["evidence"].str.contains("; without")].set_index("row")[
        "evidence"
    ]
    assert list(named.index) == ["ResNet mixed convolution"]
    assert "without Precision 0.7473 of class 1" in named.iloc[0]
    assert "gives 0.686" in named.iloc[0]


def test_f1_contradicts_precision_and_recall_in_the_same_cell(chatterjee):
    found = chatterjee[chatterjee["check"] == "F1 against precision and recall"]
    wrong = found[found["verdict"] == IMPOSSIBLE]
    assert wrong["row"].tolist() == ["ResNet mixed convolution"]
    assert "precision 0.7473" in wrong["evidence"].iloc[0]


def test_healthy_f1_scores_that_no_folds_give(chatterjee):
    found = chatterjee[chatterjee["check"] == "mean over folds of whole patients"]
    wrong = found[found["verdict"] == IMPOSSIBLE].set_index("row")
    assert set(wrong["item"]) == {"Table 4"}
    assert list(wrong.index) == [
        "Pre-trained ResNet 3D",
        "Pre-trained ResNet(2+1)D",
        "Pre-trained ResNet mixed convolution",
    ]
    assert "needs 667" in wrong.loc["Pre-trained ResNet 3D", "evidence"]
    assert "needs 196" in wrong.loc["Pre-trained ResNet(2+1)D", "evidence"]


@pytest.mark.parametrize(
    ("check", "place", "verdict", "evidence"),
    [
        ("matrix against class scores", {}, OTHER, "0.9319, 0.8837, 0.9951"),
        ("recall against F1", {}, UNKNOWN, "1.28 SD"),
        ("accuracy against the matrix", {}, OTHER, "95.90"),
        ("accuracy of whole patients", {}, OTHER, "515 of 531: 96.987"),
        ("cells of at least one case", {"row": "true Healthy"}, IMPOSSIBLE, "0.0003"),
        ("cells of at least one case", {"row": "true HGG"}, "holds", ""),
        ("accuracy against specificity (mlscorecheck)", {}, UNKNOWN, "none fits"),
        ("average of the classes", {"claim": "macro"}, "holds", "6 of 6"),
        ("average of the classes", {"claim": "weighted"}, "holds", "6 of 6"),
        ("average of the classes", {"claim": "the specificity"}, "holds", "1 of 1"),
        ("change against the table", {"claim": "specificity"}, IMPOSSIBLE, "10 times"),
        ("same number in all places", {"claim": "accuracy of Mz"}, IMPOSSIBLE, "96.59"),
        ("order of the numbers", {"claim": "pre-training im"}, IMPOSSIBLE, "1 of 3"),
    ],
)
def test_known_faults_of_paper_b(chatterjee, check, place, verdict, evidence):
    found = one(chatterjee, check, **place)
    assert found["verdict"] == verdict
    assert evidence in found["evidence"]


def test_a_standard_deviation_of_the_text_is_not_that_of_the_table(chatterjee):
    found = chatterjee[chatterjee["claim"].str.startswith("F1 of")]
    wrong = found[found["verdict"] == IMPOSSIBLE]
    assert wrong["claim"].tolist() == [
        "F1 of LGG is that of Table 2, Pre-trained ResNet(2+1)D"
    ]


def test_recalls_of_the_text_are_those_of_figure_5_and_not_of_figure_7(chatterjee):
    found = chatterjee[chatterjee["claim"].str.startswith("the recall of the text")]
    verdicts = found.groupby(found["claim"].str[-13:-5])["verdict"].agg(set)
    assert verdicts.to_dict() == {"Figure 5": {"holds"}, "Figure 7": {IMPOSSIBLE}}


def test_superior_holds_for_pretrained_and_best_networks_but_not_from_scratch(
    chatterjee,
):
    [found] = chatterjee[chatterjee["claim"].str.contains("superior")].to_dict(
        "records"
    )
    assert found["verdict"] == OTHER
    assert "from scratch (impossible) 2 of 2 pairs" in found["evidence"]
    assert "pre-trained (holds) all 2 pairs" in found["evidence"]
    assert "without (holds) all 2 pairs" in found["evidence"]


def test_parameters_of_another_stem(chatterjee):
    found = chatterjee[chatterjee["item"].eq("Table 1")].set_index("row")
    assert found.loc["ResNet3D", "verdict"] == OTHER
    assert "the stem of ResNet (2+1)D" in found.loc["ResNet3D", "evidence"]
    assert found.loc["ResNet3D", "corrected"] == "33148995"
    others = found.loc[["ResNet (2+1)D", "ResNet mixed convolution"], "verdict"]
    assert set(others) == {"holds"}


def test_only_the_gain_of_mixed_convolution_is_beyond_chance(chatterjee):
    found = chatterjee[chatterjee["check"] == "difference given n"]
    clear = found.loc[found["verdict"] == "holds", "row"]
    assert len(clear) == 2
    assert clear.str.contains("> ResNet mixed convolution").all()


def test_a_study_without_claims_has_an_empty_audit():
    findings = audit({}, [])
    assert findings.empty
    check_table(findings, load_schema("audit"), "audit.csv")
