import re

import pandas as pd
import pytest

from cohort_page import (
    by_decade,
    by_grade,
    choose,
    cohort_flow,
    find_tiles,
    flow_figure,
    pictures,
    summary,
    survival,
)
from regrade.pages import reasons, render
from regrade.tables import SCHEMAS, load_schema

REPORT = SCHEMAS.parent / "report"
ABOUT = {
    "title": "A cohort of <four>",
    "licence": "CC BY 4.0",
    "citation": "Somebody et al. 2020.",
    "url": "https://example.org/cohort",
}


def subjects():
    """Three patients and a follow-up; grade, sex and age of one are not known."""
    columns = list(load_schema("subjects")["columns"])
    sheet = pd.DataFrame(index=range(4), columns=columns)
    return sheet.assign(
        subject=["A", "A_FU", "B", "C"],
        patient=["A", "A", "B", "C"],
        follow_up=[False, True, False, False],
        grade=["4", "4", "2", pd.NA],
        sex=["F", "F", "M", pd.NA],
        age=pd.array([40.0, 41.0, 61.5, None], dtype="Float64").astype(float),
        survival_days=[300.0, 300.0, 900.0, None],
        died=pd.array([True, True, False, None], dtype="boolean"),
        idh=["mutant", "mutant", pd.NA, pd.NA],
    )


def problems():
    return pd.DataFrame(
        {
            "subject": ["D", "E", "E", "B"],
            "left_out": pd.array([True, True, True, False], dtype="boolean"),
            "problem": [
                "t1 cannot be read (EOFError).",
                "t1 cannot be read (OSError).",
                "mask is empty.",
                "It has <2> pieces.",
            ],
        }
    )


def found():
    return pd.DataFrame({"subject": ["A", "A_FU", "B", "C", "D"]})


@pytest.fixture
def tiles(tmp_path):
    for chunk, names in {"chunk-0": ["A", "A_FU"], "chunk-1": ["B", "C"]}.items():
        (tmp_path / chunk).mkdir()
        for name in names:
            (tmp_path / chunk / f"{name}.jpg").write_bytes(b"picture")
    return find_tiles([tmp_path / "chunk-0", tmp_path / "chunk-1"])


def page_of(tiles, *, about, problems):
    left_out = problems["left_out"].astype(bool)
    return render(
        (REPORT / "cohort.html.j2").read_text(),
        (REPORT / "page.css").read_text(),
        scope="Demo cohorts",
        about=about,
        cohort="upenn_gbm",
        summary=summary(found(), subjects()),
        flow=flow_figure(cohort_flow("upenn_gbm", subjects(), problems)),
        left_out=reasons(problems[left_out]),
        doubts=reasons(problems[~left_out]),
        pictures=pictures(found(), problems, tiles, most=9),
    )


@pytest.fixture
def page(tiles):
    return page_of(tiles, about=ABOUT, problems=problems())


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").split())


def test_the_flow_counts_a_subject_once_and_adds_up():
    flow = cohort_flow("upenn_gbm", subjects(), problems())
    assert flow[["stage", "words", "subjects"]].values.tolist() == [
        ["named", "in its folder and tables", 6],
        ["left out", "t1 cannot be read.", 2],
        ["kept", "", 4],
    ]


def test_the_flow_is_said_in_words_too():
    figure = flow_figure(cohort_flow("upenn_gbm", subjects(), problems()))
    assert figure["words"] == "6 named, 2 left out, 4 kept"
    assert figure["uri"].startswith("data:image/svg+xml;base64,")


def test_first_examinations_are_counted():
    counted = summary(found(), subjects())
    assert (counted["subjects"], counted["patients"], counted["follow_ups"]) == (
        4,
        3,
        1,
    )
    assert counted["tallies"] == {"IDH": {"mutant": 1, "not known": 2}}
    assert counted["survival"]["died"] == 1


def test_grades_sexes_and_ages():
    rows = pd.DataFrame(by_grade(subjects().drop(index=1))).set_index("grade")
    assert rows["subjects"].to_dict() == {"2": 1, "4": 1, "not known": 1, "All": 3}
    counts = rows.loc["All", ["female", "male", "no_sex", "no_age"]]
    assert counts.tolist() == [1, 1, 1, 1]
    ages = rows.loc["All", ["mean_age", "youngest", "oldest"]]
    assert ages.tolist() == [50.75, 40.0, 61.5]
    assert rows.loc["All", "sd_age"] == pytest.approx(21.5 / 2**0.5)


def test_decades_without_anybody_stay():
    ages = pd.Series([29.9, 30.0, 55.0, None])
    assert by_decade(ages) == {"20–29": 1, "30–39": 1, "40–49": 0, "50–59": 1}
    assert by_decade(pd.Series([None], dtype=float)) == {}


def test_survival_sets_the_censored_apart():
    counted = {"died": 2, "alive at last contact": 1, "not known": 1}
    assert survival(subjects()) == counted
    assert survival(subjects().assign(died=pd.NA)) == {}


def test_those_left_out_and_in_doubt_come_first(tiles):
    shown = pictures(found(), problems(), tiles, most=9)
    assert [(part["subject"], part["state"]) for part in shown] == [
        ("D", "left out"),
        ("B", "in doubt"),
        ("A", "kept"),
        ("A_FU", "kept"),
        ("C", "kept"),
    ]
    assert not shown[0]["uri"]
    assert shown[1]["uri"] == "data:image/jpeg;base64,cGljdHVyZQ=="


def test_a_cohort_without_images_has_no_pictures():
    assert pictures(found(), problems(), {}, most=9) == []
    assert "No images of this cohort were read." in page_of(
        {}, about=ABOUT, problems=problems()
    )


def test_each_picture_says_whose_it_is_and_what_is_wrong(page):
    assert page.count('loading="lazy"') == 4
    assert 'alt="Three cuts of B, in doubt"' in page
    assert 'aria-label="No picture of D"' in page
    assert "D left out: t1 cannot be read (EOFError)." in text_of(page)


def test_the_page_names_licence_and_citation(page, tiles):
    text = text_of(page)
    assert "A cohort of &lt;four&gt; Licence: CC BY 4.0." in text
    assert "Somebody et al. 2020." in text
    assert "Licence" not in page_of(tiles, about={}, problems=problems())


def test_the_page_shows_the_counts(page):
    text = text_of(page)
    assert "4 examinations, 1 of them follow-ups, of 3 patients." in text
    assert "All 3 1 1 1 50.8 ± 15.2 40 to 62 1" in text
    assert "not known 1 0 0 1 – – 1" in text
    assert "Survival died: 1, alive at last contact: 1, not known: 1" in text


def test_the_page_says_its_scope_and_that_all_is_well(tiles):
    page = page_of(tiles, about=ABOUT, problems=problems()[:0])
    assert "<title>upenn_gbm: Regrade report: Demo cohorts</title>" in page
    assert "Nobody was left out, and nothing is in doubt." in page


def test_the_page_needs_no_other_file(tiles):
    page = page_of(tiles, about={}, problems=problems())
    assert not re.search(r"https?://|<link|<script|@import|url\(|src=\"(?!data:)", page)


def test_the_page_escapes_what_comes_from_tables(page):
    assert "It has &lt;2&gt; pieces." in page
    assert "<2>" not in page


def test_of_a_large_cohort_the_odd_ones_and_some_others_are_shown():
    states = dict.fromkeys("abcdefgh", "kept") | {"d": "left out", "g": "in doubt"}
    assert choose(states, 8) == list("dgabcefh")
    assert choose(states, 5) == ["d", "g", "a", "c", "h"]
    assert choose(states, 1) == ["d"]
