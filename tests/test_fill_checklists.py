"""Which items of a checklist a run answers, by its files alone."""

import json
from pathlib import Path

import pytest

from fill_checklists import (
    ANSWERED,
    AUTHOR,
    NOT_MET,
    answer_item,
    fill,
    find_facts,
    first_proof,
    proves,
    summarise,
)
from regrade.tables import check_table, load_schema

STUDIES = [
    {"name": "one", "variants": ["plain", "other"], "features": True, "networks": True},
    {"name": "two", "variants": ["plain"], "features": False, "networks": True},
]
HEAD = "subject,patient,class,source,fold,role\n"
APART = HEAD + "a,A,LGG,x,0,train\nb,B,HGG,x,0,test\n"
CHOSEN = APART + "c,C,HGG,y,0,validation\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Write files of a run, and give what they prove of some evidence."""
    monkeypatch.chdir(tmp_path)

    def written(files, evidence, *, captions=None, real=True):
        for name, text in files.items():
            path = Path("results", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        paths = [f"results/{name}" for name in files]
        return find_facts(evidence, paths, STUDIES, captions or {}, real)

    return written


def evidence_of(file, **checks):
    return {
        "proof": {"words": "a split", "otherwise": "a split"} | checks | {"file": file}
    }


def answer_of(facts, about="", **item):
    return answer_item(item or {"evidence": ["proof"]}, facts, STUDIES, about)


SPLITS = {f"{p}/splits.csv": APART for p in ("one/plain", "one/other", "two/plain")}
EVERY = evidence_of("{study}/{variant}/splits.csv", **{"in": "every variant"})
SOME = evidence_of("{study}/{variant}/splits.csv", **{"in": "some variant"})


def test_an_item_is_answered_where_every_variant_of_every_study_has_it(run):
    assert answer_of(run(SPLITS, EVERY)) == (
        ANSWERED,
        "A split (one; two).",
        "one/plain/splits.csv",
    )


@pytest.mark.parametrize("gone", SPLITS)
def test_a_file_that_is_not_there_or_empty_turns_the_answer(run, gone):
    facts = run(SPLITS, EVERY)
    assert answer_of(facts)[0] == ANSWERED
    assert answer_of(run(SPLITS | {gone: ""}, EVERY))[0] == NOT_MET
    Path("results", gone).unlink()
    paths = [f"results/{name}" for name in SPLITS]
    facts = find_facts(EVERY, paths, STUDIES, {}, True)
    assert answer_of(facts)[0] == NOT_MET
    others = [path for path in paths if gone not in path]
    facts = find_facts(EVERY, others, STUDIES, {}, True)
    assert answer_of(facts)[0] == NOT_MET


def test_what_is_missing_is_said_beside_what_is_there(run):
    answer, words, link = answer_of(run(SPLITS | {"one/other/splits.csv": ""}, EVERY))
    assert answer == NOT_MET
    assert words == "Missing: A split (one: other). A split (one: plain; two)."
    assert link == "one/plain/splits.csv"
    answer, words, _ = answer_of(run(SPLITS | {"two/plain/splits.csv": ""}, EVERY))
    assert words == "Missing: A split (two). A split (one)."


def test_nothing_there_has_no_link(run):
    assert answer_of(run({}, EVERY)) == (NOT_MET, "Missing: A split (one; two).", "")


def test_some_variant_is_enough_and_is_named(run):
    validated = SOME["proof"] | {"holds": {"role": ["train", "validation", "test"]}}
    files = SPLITS | {"one/other/splits.csv": CHOSEN, "two/plain/splits.csv": CHOSEN}
    assert answer_of(run(files, {"proof": validated})) == (
        ANSWERED,
        "A split (one: other; two).",
        "one/other/splits.csv",
    )
    facts = run(files | {"one/other/splits.csv": APART}, {"proof": validated})
    assert answer_of(facts)[:2] == (NOT_MET, "Missing: A split (one). A split (two).")


def test_all_evidence_is_needed(run):
    evidence = EVERY | {"more": EVERY["proof"] | {"file": "run.json", "words": "a log"}}
    both = {"evidence": ["proof", "more"]}
    assert answer_of(run(SPLITS, evidence), **both)[0] == NOT_MET
    answer = answer_of(run(SPLITS | {"run.json": "{}"}, evidence), **both)
    assert answer[:2] == (ANSWERED, "A split (one; two). A log.")


def test_every_file_that_fits_must_prove_it(run):
    evidence = evidence_of("cohorts/*/subjects.csv", filled=["sex"])
    files = {"cohorts/a/subjects.csv": "sex\nF\n", "cohorts/b/subjects.csv": "sex\nM\n"}
    assert answer_of(run(files, evidence))[:2] == (ANSWERED, "A split.")
    files["cohorts/b/subjects.csv"] = "sex,age\n,30\n"
    assert answer_of(run(files, evidence))[0] == NOT_MET


def test_an_item_is_about_the_studies_to_which_it_applies(run):
    evidence = evidence_of("{study}/radiomics.csv")
    facts = run({"one/radiomics.csv": "subject\na\n"}, evidence)
    assert answer_of(facts)[0] == NOT_MET
    item = {"evidence": ["proof"], "applies": "features"}
    assert answer_of(facts, **item)[:2] == (ANSWERED, "A split (one).")
    answer, words, link = answer_item(item, facts, STUDIES[1:], "")
    assert (answer, link) == (AUTHOR, "")
    assert words == "Does not apply: no study of this run takes hand-crafted features."


def test_what_a_demo_cannot_prove(run):
    evidence = {"proof": EVERY["proof"] | {"real": True}}
    assert answer_of(run(SPLITS, evidence))[0] == ANSWERED
    assert answer_of(run(SPLITS, evidence, real=False))[0] == NOT_MET


def test_figures_are_told_by_their_captions(run):
    file, checks = "{study}/{variant}/figures/*.svg", {"in": "every variant"}
    evidence = evidence_of(file, captioned="confusion matri", **checks)
    files = {path.replace("splits.csv", "figures/4.svg"): "<svg/>" for path in SPLITS}
    captions = {f"results/{path}": "Confusion matrices." for path in files}
    assert answer_of(run(files, evidence, captions=captions))[0] == ANSWERED
    captions["results/two/plain/figures/4.svg"] = "ROC curves."
    assert answer_of(run(files, evidence, captions=captions))[0] == NOT_MET


@pytest.mark.parametrize(("key", "answer"), [("author", AUTHOR), ("not_met", NOT_MET)])
def test_a_fixed_answer_stays_and_shows_what_the_run_has(run, key, answer):
    item = {key: "Say so.", "evidence": ["proof"]}
    assert answer_of(run(SPLITS, EVERY), "In this run (demo): ", **item) == (
        answer,
        "Say so. In this run (demo): A split (one; two).",
        "one/plain/splits.csv",
    )
    facts = find_facts(EVERY, [], STUDIES, {}, True)
    assert answer_of(facts, "In this run (demo): ", **item) == (answer, "Say so.", "")


@pytest.mark.parametrize(
    ("checks", "proved", "not_proved"),
    [
        ({"holds": {"role": ["train", "validation"]}}, CHOSEN, APART),
        ({"none": {"role": ["validation"]}}, APART, CHOSEN),
        ({"filled": ["patient", "class"]}, APART, HEAD + "a,A,,x,0,train\n"),
        ({"filled": ["patient", "class"]}, APART, HEAD),
        ({"several": "source"}, CHOSEN, APART),
        (
            {"apart": "patient"},
            APART + "a,A,LGG,x,1,test\n",
            APART + "d,A,LGG,x,0,test\n",
        ),
        ({"none": {"role": ["validation"]}}, APART, HEAD),
        ({"unseen": "source"}, APART + "d,D,HGG,z,0,test\n", CHOSEN),
        ({"matches": {"source": ["^x", "y$"]}}, CHOSEN, APART),
        (
            {"each": "source", "filled": ["class"]},
            CHOSEN,
            CHOSEN.replace("c,C,HGG", "c,C,"),
        ),
        (
            {"where": {"role": "test"}, "filled": ["class"]},
            APART,
            APART.replace("HGG", ""),
        ),
        ({"where": {"role": "validation"}, "filled": ["class"]}, CHOSEN, APART),
        (
            {"where": {"class": "any"}, "each": "source", "filled": ["patient"]},
            APART + "c,,,y,0,test\n",
            APART + "c,,HGG,y,0,test\n",
        ),
    ],
)
def test_checks_of_a_table(tmp_path, checks, proved, not_proved):
    for text, answer in [(proved, True), (not_proved, False)]:
        (tmp_path / "table.csv").write_text(text)
        assert proves(tmp_path / "table.csv", checks) is answer


def test_chunks_of_nobody_are_passed_over_unless_all_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = Path("results/headers")
    folder.mkdir(parents=True)
    files = [str(folder / f"chunk-{number}.csv") for number in range(2)]
    proof = {"file": "headers/chunk-*.csv", "filled": ["seed"]}
    for texts, link in [
        (("seed\n1\n", "seed\n"), "headers/chunk-0.csv"),
        (("seed\n", "seed\n"), ""),
        (("seed\n1\n", "seed,other\n,2\n"), ""),
    ]:
        for file, text in zip(files, texts, strict=True):
            Path(file).write_text(text)
        assert first_proof(proof, ("", ""), files, {}, real=True) == link


def test_settings_without_experiments_have_no_key(tmp_path):
    (tmp_path / "settings.yaml").write_text("{}\n")
    assert not proves(tmp_path / "settings.yaml", {"filled": ["loss"]})


def test_keys_of_each_experiments_settings(tmp_path):
    file = tmp_path / "settings.yaml"
    asked = {"each": "experiment", "filled": ["loss", "split.seed"]}
    whole = {"loss": "plain", "split": {"seed": 1}}
    for other, answer in [(whole, True), ({"loss": "plain"}, False), ({}, False)]:
        file.write_text(json.dumps({"r3d_18": whole, "mc3_18": other}))
        assert proves(file, asked) is answer


def test_keys_of_a_json_file(tmp_path):
    file, filled = tmp_path / "run.json", {"filled": ["commit", "packages.torch"]}
    kept = {"commit": "1a2b", "packages": {"torch": "2.9"}}
    for content, answer in [
        (kept, True),
        (kept | {"commit": None}, False),
        ({"commit": "1a2b"}, False),
        (kept | {"packages": {}}, False),
    ]:
        file.write_text(json.dumps(content))
        assert proves(file, filled) is answer


def test_a_column_that_no_table_has_is_an_error(tmp_path):
    (tmp_path / "splits.csv").write_text(APART)
    with pytest.raises(ValueError, match=r"no column seed, which workflow/checklists"):
        proves(tmp_path / "splits.csv", {"filled": ["seed"]})


def checklist_of(*items):
    rows = [{"item": str(n), "topic": "t"} | item for n, item in enumerate(items, 1)]
    about = {key: key for key in ("title", "about", "citation", "doi", "checked")}
    return about | {"sections": {"Methods": rows}}


def test_tables_that_the_page_reads(run):
    facts = run(SPLITS, EVERY)
    items = [
        {"evidence": ["proof"], "weight": 0.2},
        {"author": "Say so.", "weight": 0.3},
        {"not_met": "No.", "weight": 0.3},
        {"applies": "features", "not_met": "No.", "weight": 0.2},
    ]
    checklist = checklist_of(*items)
    answers = fill([checklist], facts, STUDIES[1:], "demo cohorts")
    check_table(answers, load_schema("checklists"), "checklists")
    assert answers["answer"].tolist() == [ANSWERED, AUTHOR, NOT_MET, AUTHOR]
    assert answers["evidence"][0] == "In this run (demo cohorts): A split (two)."
    summary = summarise([checklist], answers, "demo cohorts")
    check_table(summary, load_schema("checklists_summary"), "summary")
    row = summary.iloc[0]
    assert row[["items", "answered", "for_the_author", "not_met"]].tolist() == [
        4,
        1,
        2,
        1,
    ]
    # What does not apply counts for nothing: 0.2 and 0.5 of 0.8.
    assert row[["least", "most"]].tolist() == [25.0, 62.5]


def test_a_checklist_without_weights_has_no_score(run):
    checklist = checklist_of({"author": "Say so."})
    answers = fill([checklist], {}, STUDIES, "")
    assert summarise([checklist], answers, "")[["least", "most"]].isna().all(axis=None)
    assert answers["evidence"].tolist() == ["Say so."]
