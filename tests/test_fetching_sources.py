from pathlib import Path

import pytest
import yaml

from regrade.settings import check
from regrade.sources import brings_images, holds_images, instructions, records_of

ROOT = Path(__file__).parents[1]
SOURCES = yaml.safe_load((ROOT / "workflow/sources.yaml").read_text())
COHORTS = SOURCES["cohorts"]
CLOSED = {"faspex": False, "synapse": False}
OPEN = {"faspex": True, "synapse": True}


def test_the_sources_fit_their_schema():
    schema = yaml.safe_load((ROOT / "workflow/schemas/sources.schema.yaml").read_text())
    check(SOURCES, schema, "workflow/sources.yaml")


@pytest.mark.parametrize("source", COHORTS.values(), ids=COHORTS)
def test_every_reference_is_a_sentence_with_a_year_or_a_page(source):
    for reference in source["citation"].strip().splitlines():
        assert reference.endswith(".")
        assert "doi:10." in reference or "arXiv:" in reference or "https" in reference
    if "doi" in source:
        assert source["doi"] in source["citation"]


def test_weights_have_the_first_digits_of_their_hash_in_their_name():
    for file in SOURCES["weights"]["files"]:
        stem = Path(file["name"]).stem
        assert file["url"].endswith(file["name"])
        assert stem == "synthstrip.1" or file["sha256"].startswith(stem[-8:])


def test_every_network_has_its_weights():
    networks = [file.get("network") for file in SOURCES["weights"]["files"]]
    expected = {"r3d_18", "mc3_18", "r2plus1d_18", "resnet50", None}  # SynthStrip's
    assert len(networks) == len(expected)
    assert set(networks) == expected


def records(name, *, folder, images=True, routes=OPEN):
    found = records_of(name, COHORTS[name], folder=folder, images=images, routes=routes)
    return [record.removeprefix(f"results/fetched/{name}/") for record in found]


def test_archives_are_fetched_unless_their_folder_is_there(tmp_path):
    assert records("ixi", folder=tmp_path) == [
        "unpacked/IXI-T1.tar.json",
        "IXI.xls.json",
    ]
    (tmp_path / "IXI-T1").mkdir()
    assert records("ixi", folder=tmp_path) == ["IXI.xls.json"]


def test_a_clinical_table_needs_no_images(tmp_path):
    table = ["UCSF-PDGM-metadata_v5.csv.json"]
    assert records("ucsf_pdgm", folder=tmp_path, images=False) == table
    assert records("ucsf_pdgm", folder=tmp_path, routes=CLOSED) == table
    assert records("ucsf_pdgm", folder=tmp_path) == [*table, "faspex/1065.json"]


def test_synapse_needs_its_token(tmp_path):
    assert records("brats2023", folder=tmp_path) == ["synapse/syn51514105.json"]
    assert records("brats2023", folder=tmp_path, routes=CLOSED) == []


def test_which_images_come_by_themselves():
    come = {name for name in COHORTS if brings_images(COHORTS[name], CLOSED)}
    assert come == {"ixi", "msd_task01"}
    later = {name for name in COHORTS if brings_images(COHORTS[name], OPEN)} - come
    assert later == {"brats2021", "brats2023", "ucsf_pdgm", "upenn_gbm"}


@pytest.mark.parametrize("cohort", COHORTS)
def test_instructions_say_all_that_is_needed(cohort):
    source = COHORTS[cohort]
    text = instructions(cohort, source, "/data/x")
    assert text.startswith(f"The folder /data/x of the cohort {cohort} is not there.")
    flat = " ".join(text.split())
    for key in ("title", "url", "licence", "layout", "citation", "how"):
        assert " ".join(source[key].split()) in flat
    assert f"cohorts.{cohort}.folder in config.yaml" in flat
    assert max(map(len, text.splitlines())) <= 100


def test_instructions_for_a_cohort_of_ones_own():
    assert instructions("mine", None, "/data/x") == (
        "The folder /data/x of the cohort mine is not there. Set cohorts.mine.folder "
        "in config.yaml."
    )


def test_a_folder_with_tables_only_holds_no_images(tmp_path):
    assert not holds_images(tmp_path / "nowhere")
    (tmp_path / "table.csv").touch()
    (tmp_path / ".IXI-T1.unpacking").mkdir()
    assert not holds_images(tmp_path)
    text = instructions("ixi", COHORTS["ixi"], str(tmp_path))
    assert text.startswith(f"The folder {tmp_path} of the cohort ixi holds no images.")
    (tmp_path / "IXI-T1").mkdir()
    assert holds_images(tmp_path)
