"""Checklists of reporting and quality, item by item, answered by the files of a run."""

import json
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pandas as pd
import yaml

from regrade.logs import log_to
from regrade.tables import write_table

ANSWERED, AUTHOR, NOT_MET = "answered by the run", "for the author", "not met"
COUNTED = {"answered": ANSWERED, "for_the_author": AUTHOR, "not_met": NOT_MET}
# How the evidence of an item begins that is about no study of the run.
ASIDE = "Does not apply"
# What a study must have for an item to be about it.
APPLIES = {"features": "takes hand-crafted features", "networks": "trains networks"}


def fill(
    checklists: list[dict], facts: dict[str, dict], studies: list[dict], scope: str
) -> pd.DataFrame:
    """Answer every item of the checklists.

    Parameters
    ----------
    checklists : title, sections (items by heading) of each, as in workflow/checklists
    facts : see ``find_facts``
    studies : name of each, and whether it has features and networks
    scope : what keeps the run from being the full study, or nothing

    Returns
    -------
    schema ``checklists``
    """
    about = f"In this run ({scope}): " if scope else ""
    rows = []
    for checklist, section, item in items_of(checklists):
        row = {"checklist": checklist["title"], "section": section}
        row |= {"item": item["item"], "topic": item["topic"]}
        answer = answer_item(item, facts, studies, about)
        rows.append(
            row | dict(zip(("answer", "evidence", "link"), answer, strict=True))
        )
    return pd.DataFrame(rows)


def items_of(checklists: list[dict]) -> list[tuple[dict, str, dict]]:
    """Give each item of the checklists, after its checklist and section."""
    return [
        (checklist, section, item)
        for checklist in checklists
        for section, items in checklist["sections"].items()
        for item in items
    ]


def answer_item(
    item: dict, facts: dict[str, dict], studies: list[dict], about: str
) -> tuple[str, str, str]:
    """Give the answer of an item, what speaks for it, and a link.

    It is answered by the run only if no evidence is missing in any study concerned.
    """
    names = concerned(item, studies)
    if not names:
        words = f"{ASIDE}: no study of this run {APPLIES[item['applies']]}."
        return AUTHOR, words, ""
    proofs = [concerning(facts[name], names) for name in item.get("evidence", [])]
    shown = in_words([(proof["words"], proof["held"]) for proof in proofs])
    shown = [about + shown] if shown else []
    link = next((proof["link"] for proof in proofs if proof["link"]), "")
    for key, answer in [("author", AUTHOR), ("not_met", NOT_MET)]:
        if key in item:
            return answer, " ".join([item[key], *shown]), link
    lacking = in_words([(proof["otherwise"], proof["missing"]) for proof in proofs])
    if lacking:
        return NOT_MET, " ".join([f"Missing: {lacking}", *shown]), link
    return ANSWERED, *shown, link


def concerned(item: dict, studies: list[dict]) -> list[str]:
    """Give the names of the studies that an item is about."""
    asked = item.get("applies")
    return [study["name"] for study in studies if asked is None or study[asked]]


def concerning(fact: dict, names: list[str]) -> dict:
    """Leave of a fact what is about some studies, or about the whole run."""
    held, missing = (
        [place for place in fact[key] if place[0] in ["", *names]]
        for key in ("held", "missing")
    )
    link = fact["links"][held[0]] if held else ""
    return fact | {"held": held, "missing": missing, "link": link}


def in_words(statements: list[tuple[str, list[tuple[str, str]]]]) -> str:
    """Say what is, or is not, and where: ``Words; words (study: variant, variant).``.

    Of words without a place (study, variant) nothing is said.
    """
    by_place = {}
    for words, places in statements:
        if places:
            by_place.setdefault(place_in_words(places), []).append(words)
    groups = [f"{'; '.join(said)}{where}." for where, said in by_place.items()]
    return " ".join(group[0].upper() + group[1:] for group in groups)


def place_in_words(places: list[tuple[str, str]]) -> str:
    """Name studies, and variants where not all of a study's are meant."""
    variants = {}
    for study, variant in places:
        variants.setdefault(study, []).append(variant)
    where = [
        f"{study}: {', '.join(names)}" if any(names) else study
        for study, names in variants.items()
    ]
    return f" ({'; '.join(where)})" if any(where) else ""


def find_facts(
    evidence: dict[str, dict],
    files: list[str],
    studies: list[dict],
    captions: dict[str, str],
    real: bool,
) -> dict[str, dict]:
    """Find where each evidence is there: ``held`` and ``missing`` places, ``links``.

    Parameters
    ----------
    evidence : workflow/checklists/evidence.yaml
    files : of the run, below results/
    studies : name and variants of each
    captions : of figures, by file
    real : whether cohorts and pretrained weights are what their names say

    Returns
    -------
    words and otherwise of each evidence; held and missing, places (study, variant), of
    which either may be empty; links, the first file of each held place
    """
    facts = {}
    for name, proof in evidence.items():
        places = places_of(proof, studies)
        links = {}
        for place in places:
            if link := first_proof(proof, place, files, captions, real):
                links[place] = link
        held, missing = sum_up(proof, places, links)
        for study, variant in links.copy():
            links.setdefault((study, ""), links[study, variant])
        facts[name] = {"words": proof["words"], "otherwise": proof["otherwise"]}
        facts[name] |= {"held": held, "missing": missing, "links": links}
    return facts


def places_of(proof: dict, studies: list[dict]) -> list[tuple[str, str]]:
    """Give the studies and variants in which an evidence is looked for."""
    if "{study}" not in proof["file"]:
        return [("", "")]
    by_variant = "{variant}" in proof["file"]
    return [
        (study["name"], variant)
        for study in studies
        for variant in (study["variants"] if by_variant else [""])
    ]


def sum_up(proof: dict, places: list[tuple], links: dict) -> tuple[list, list]:
    """Sort places into those that have an evidence and those that lack it.

    One variant of a study is enough for `some variant`. A study whose variants all have
    it stands there without them.
    """
    held, missing = [], []
    for study in dict.fromkeys(study for study, _ in places):
        own = [place for place in places if place[0] == study]
        there = [place for place in own if place in links]
        absent = [place for place in own if place not in links]
        held += [(study, "")] if there and not absent else there
        if proof.get("in") == "some variant":
            absent = [] if there else [(study, "")]
        missing += [(study, "")] if absent and not there else absent
    return held, missing


def first_proof(
    proof: dict, place: tuple, files: list[str], captions: dict[str, str], real: bool
) -> str:
    """Give the first of the files that prove an evidence at a place; or nothing."""
    pattern = "results/" + proof["file"].format(study=place[0], variant=place[1])
    fitting = [file for file in files if fnmatch(file, pattern)]
    if "captioned" in proof:
        words = proof["captioned"]
        fitting = [file for file in fitting if words in captions.get(file, "").lower()]
    if proof.get("real", False) and not real:
        return ""
    # A chunk of which a study takes nobody holds a header alone.
    fitting = [file for file in fitting if not is_empty_chunk(Path(file))] or fitting
    proved = fitting and all(proves(Path(file), proof) for file in fitting)
    return str(Path(fitting[0]).relative_to("results")) if proved else ""


def is_empty_chunk(file: Path) -> bool:
    """Tell whether a file is a chunk of a table without a row."""
    chunk = file.match("chunk-*.csv") and file.is_file()
    return chunk and len(file.read_text(encoding="utf-8").splitlines()) < 2


def proves(file: Path, proof: dict) -> bool:
    """Tell whether a file is there, is not empty, and stands the checks asked for."""
    if not file.is_file() or file.stat().st_size == 0:
        return False
    asked = {name: proof[name] for name in CHECKS if name in proof}
    if not asked:
        return True
    table = as_table(file)
    for column, value in proof.get("where", {}).items():
        cells = column_of(table, column, file)
        table = table[cells.notna() if value == "any" else cells.eq(value)]
    parts = [table]
    if "each" in proof:
        keys = column_of(table, proof["each"], file)
        parts = [part for _, part in table.groupby(keys, dropna=False)]
    return len(table) > 0 and all(
        CHECKS[name](partial(column_of, part, file=file), value)
        for part in parts
        for name, value in asked.items()
    )


def as_table(file: Path) -> pd.DataFrame:
    """Read a table; JSON files give one row, settings one an experiment, with dots."""
    if file.suffix == ".csv":
        return pd.read_csv(file, keep_default_na=False, na_values=[""])
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        return pd.json_normalize(json.loads(text))
    by_name = yaml.safe_load(text)
    return pd.json_normalize([{"experiment": n} | s for n, s in by_name.items()])


def column_of(table: pd.DataFrame, column: str, file: Path) -> pd.Series:
    """Give a column; nothing for a key that settings or a JSON file have not."""
    if column in table.columns:
        return table[column]
    if file.suffix == ".csv":
        raise ValueError(
            f"{file} has no column {column}, which workflow/checklists/evidence.yaml "
            f"asks for; it has {list(table.columns)}."
        )
    return pd.Series(None, index=table.index, dtype=object)


def matches(column, asked: dict) -> bool:
    """Tell whether each regular expression is found in some cell."""
    return all(
        column(name).fillna("").str.contains(expression).any()
        for name, expressions in asked.items()
        for expression in expressions
    )


def holds(column, asked: dict) -> bool:
    """Tell whether each value is there."""
    return all(set(values) <= set(column(name)) for name, values in asked.items())


def none(column, asked: dict) -> bool:
    """Tell whether no value is there."""
    return not any(column(name).isin(values).any() for name, values in asked.items())


def filled(column, asked: list[str]) -> bool:
    """Tell whether some row has all columns."""
    return bool(pd.concat([column(n).notna() for n in asked], axis=1).all(axis=1).any())


def several(column, asked: str) -> bool:
    """Tell whether a column has more than one value."""
    return column(asked).nunique() > 1


def apart(column, asked: str) -> bool:
    """Tell whether no value of a column has two roles in a fold."""
    roles = column("role").groupby([column("fold"), column(asked)]).nunique()
    return bool(roles.eq(1).all())


def unseen(column, asked: str) -> bool:
    """Tell whether some value of a column is tested and is in no other role."""
    tested = column("role").eq("test")
    return bool(set(column(asked)[tested]) - set(column(asked)[~tested]))


CHECKS = [matches, holds, none, filled, several, apart, unseen]
CHECKS = {check.__name__: check for check in CHECKS}


def summarise(
    checklists: list[dict], answers: pd.DataFrame, scope: str
) -> pd.DataFrame:
    """Count the answers of each checklist (schema ``checklists_summary``).

    The score of one with weights has bounds; items that do not apply count for nothing.
    """
    rows = []
    for checklist in checklists:
        own = answers[answers["checklist"] == checklist["title"]]
        row = {"scope": scope, "checklist": checklist["title"]}
        row |= {key: checklist[key] for key in ("about", "citation", "doi", "checked")}
        row["items"] = len(own)
        for column, answer in COUNTED.items():
            row[column] = int(own["answer"].eq(answer).sum())
        row["least"], row["most"] = score_bounds(checklist, own)
        rows.append(row)
    return pd.DataFrame(rows).astype({"least": float, "most": float})


def score_bounds(checklist: dict, answers: pd.DataFrame) -> tuple:
    """Give the score, in %, if the author can give nothing, and if everything."""
    items = [item for *_, item in items_of([checklist])]
    if "weight" not in items[0]:
        return None, None
    weights = pd.Series([item["weight"] for item in items], index=answers.index)
    weights = weights[~answers["evidence"].str.startswith(ASIDE)]
    by_answer = weights.groupby(answers["answer"]).sum()
    sure, possible = by_answer.get(ANSWERED, 0), by_answer.get(AUTHOR, 0)
    shares = [sure / weights.sum(), (sure + possible) / weights.sum()]
    return tuple(round(100 * share, 1) for share in shares)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    paths = [snakemake.input.evidence, *snakemake.input.checklists]
    texts = [Path(path).read_text(encoding="utf-8") for path in paths]
    evidence, *checklists = map(yaml.safe_load, texts)
    facts = find_facts(
        evidence, snakemake.input.files, params.studies, params.captions, params.real
    )
    answers = fill(checklists, facts, params.studies, params.scope)
    write_table(answers, snakemake.output.answers, "checklists")
    summary = summarise(checklists, answers, params.scope)
    write_table(summary, snakemake.output.summary, "checklists_summary")
