"""What Snakemake's own report shows: each table and figure, with words on it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils.core import publish_parts
from jinja2 import Environment, StrictUndefined
from snakemake.api import SnakemakeApi
from snakemake.io import get_flag_value, is_flagged
from snakemake.iocontainers import InputFiles, Params, Wildcards
from snakemake.settings.types import OutputSettings, Quietness, ResourceSettings

ROOT = Path(__file__).parents[1]
SHOWN = re.compile(
    r"results/.*/(tables/[^/]+\.csv|figures/[^/]+\.(svg|csv)|comparison\.csv|audit\.csv)"
)


@pytest.fixture(scope="module")
def workflow(tmp_path_factory):
    """Read the rules; nothing is planned or run."""
    quiet = OutputSettings(quiet={Quietness.ALL})
    with SnakemakeApi(quiet) as api:
        read = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            snakefile=ROOT / "Snakefile",
            workdir=tmp_path_factory.mktemp("results"),
        )
        yield read._workflow


@pytest.fixture(scope="module")
def marks(workflow) -> dict:
    """Give the mark of every table and figure that a rule writes, by its path."""
    outputs = [file for rule in workflow.rules for file in rule.output]
    shown = [file for file in outputs if SHOWN.fullmatch(str(file))]
    marked = [is_flagged(file, "report") for file in shown]
    return {
        plain(file): get_flag_value(file, "report") if there else None
        for file, there in zip(shown, marked, strict=True)
    }


def plain(file) -> str:
    """Give an output's path without the constraints of its wildcards."""
    return re.sub(r"\{(\w+),([^{}]|\{[^{}]*\})*\}", r"{\1}", str(file))


def test_every_table_and_figure_is_marked(marks):
    assert [path for path, mark in marks.items() if mark is None] == []
    assert len(marks) > 40


def test_every_figure_has_a_pdf_beside_it(workflow):
    for rule in workflow.rules:
        figures = [str(f) for f in rule.output if re.search(r"figures/.*svg$", str(f))]
        assert [f.replace(".svg", ".pdf") for f in figures] == [
            str(f) for f in rule.output if str(f).endswith(".pdf")
        ]


def test_marks_name_study_variant_and_what_is_shown(marks):
    mark = marks["results/{study}/{variant}/figures/failures.svg"]
    assert (mark.category, mark.subcategory) == ("{study}", "{variant}")
    words = mark.labels(Wildcards(fromdict={"study": "zeng2024", "variant": "x"}))
    assert words == {"figure": "failures", "shows": "Failure atlas"}
    mark = marks["results/zeng2024/{variant}/tables/table_3.csv"]
    assert (mark.category, mark.subcategory) == ("zeng2024", "{variant}")
    words = mark.labels(Wildcards(fromdict={"variant": "x"}))
    title = "Ablations of the augmentation, 2D with 3D features"
    assert words == {"table": "table 3", "shows": title}
    claims = marks["results/{study}/{variant}/tables/claims.csv"]
    words = claims.labels(Wildcards(fromdict={"study": "zeng2024", "variant": "x"}))
    assert words["shows"] == "Claims of the paper, tested on the scored subjects"


def test_every_mark_has_a_caption_and_short_words(marks):
    for path, mark in marks.items():
        assert Path(mark.caption.get_path_or_uri(secret_free=True)).is_file(), path
        at_hand = {"variant": "as_described", "study": "chatterjee2022"}
        words = mark.labels(Wildcards(fromdict=at_hand))
        assert all(0 < len(text) <= 120 for text in words.values()), words


@pytest.mark.parametrize("kind", ["figure", "table"])
@pytest.mark.parametrize("study", [{"study": "zeng2024"}, {}])
def test_captions_are_valid_and_say_what_they_stand_at(kind, study):
    output = {"pdf": "results/x.pdf", "table": "results/x.csv"}
    job = SimpleNamespace(
        wildcards=Wildcards(fromdict=study | {"variant": "corrected"}),
        rule="zeng2024_figure_3",
        output=InputFiles(fromdict=output),
        params=Params(fromdict={"scope": "demo cohorts"}),
    )
    text = (ROOT / f"workflow/report/captions/{kind}.rst").read_text()
    words = Environment(undefined=StrictUndefined).from_string(text)
    # An error of the mark-up stops it.
    strict = {"halt_level": 2}
    body = publish_parts(
        words.render(snakemake=job), writer="html", settings_overrides=strict
    )["body"]
    flat = " ".join(re.sub("<[^>]*>", "", body).split())
    assert "of zeng2024, variant corrected, made by the rule zeng2024_figure_3" in flat
    assert "demo cohorts." in flat
    assert ("results/x.pdf" in flat) == (kind == "figure")


def test_snakemakes_report_is_built_without_a_network(tmp_path):
    target = "results/zeng2024/audit.csv"
    page = tmp_path / "page.html"
    command = [sys.executable, "-m", "snakemake", "--cores", "1"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path)]
    # Whoever asks for another machine is sent to a port where nobody listens.
    nobody = "http://127.0.0.1:9"
    offline = os.environ | {"http_proxy": nobody, "https_proxy": nobody}
    for more in ([], ["--report", str(page)]):
        subprocess.run([*command, *more, "--", target], check=True, env=offline)
    text = page.read_text()
    assert "made by the rule" in text
    assert '"shows": "audit"' in text
    assert not re.search(r"<(script|link)[^>]*(src|href)=.https?:", text)
