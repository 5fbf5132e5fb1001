"""`snakemake fetch`, whole, from a server on this machine."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from servers import cut, file_server

ROOT = Path(__file__).parents[1]
HEADS = ("IXI002-Guys-0828-T1.nii.gz", "IXI012-HH-1211-T1.nii.gz")


def heads_tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in HEADS:
            entry = tarfile.TarInfo(name)
            entry.size = 50_000
            tar.addfile(entry, io.BytesIO(os.urandom(50_000)))
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def site():
    files = {"IXI-T1.tar": heads_tar(), "IXI.xls": b"table", "net.pth": b"weights"}
    with file_server(files) as site:
        yield site


def snakemake(folder: Path, settings: dict, *targets: str, **environment: str):
    (folder / "mine.yaml").write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "snakemake", "--cores", "1"]
    command += ["--snakefile", str(ROOT / "Snakefile")]
    command += ["--configfile", str(folder / "mine.yaml"), "--directory", str(folder)]
    known = {k: v for k, v in os.environ.items() if k != "SYNAPSE_AUTH_TOKEN"}
    return subprocess.run(
        [*command, *targets],
        env=known | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def settings_for(site, folder: Path, **cohorts: dict | None) -> dict:
    """Give settings whose sources lie on the local server."""
    sources = yaml.safe_load((ROOT / "workflow/sources.yaml").read_text())
    ixi = sources["cohorts"]["ixi"]["files"]
    for file in (*ixi, *sources["weights"]["files"][:1]):
        name = file["name"] if file in ixi else "net.pth"
        content = site.files[name]
        known = {"name": name, "url": site.url(name), "bytes": len(content)}
        file |= known | {"sha256": sha256(content)}
    del sources["weights"]["files"][1:]
    (folder / "sources.yaml").write_text(yaml.safe_dump(sources))
    fetch = {"sources": str(folder / "sources.yaml"), "weights": "$PRETRAINED"}
    http = {"timeout": 5, "attempts": 2, "pause": 0.1}
    own = {"brats2019": None, "brats2020": None, "ucsf_pdgm": None, "ixi": None}
    return {
        "cohorts": own | cohorts,
        "studies": {"zeng2024": None, "chatterjee2022": None},
        "fetch": fetch | {"http": http},
    }


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.workflow
def test_fetch_brings_the_cohort_and_the_weights(site, tmp_path):
    pretrained = {"PRETRAINED": str(tmp_path / "weights")}
    settings = settings_for(site, tmp_path, ixi={"folder": str(tmp_path / "ixi")})
    site.misfortunes = [cut(30_000)]
    run = snakemake(tmp_path, settings, "fetch", **pretrained)
    assert run.returncode == 0, run.stderr[-3000:]
    unpacked = {f"IXI-T1/{name}" for name in HEADS}
    assert names(tmp_path / "ixi") == {"IXI-T1.tar", "IXI.xls"} | unpacked
    assert names(tmp_path / "weights") == {"net.pth"}
    record = json.loads((tmp_path / "results/fetched/ixi/IXI-T1.tar.json").read_text())
    assert record["sha256"] == sha256(site.files["IXI-T1.tar"])
    assert site.sent == sum(map(len, site.files.values()))

    again = snakemake(tmp_path, settings, "fetch", **pretrained)
    assert "Nothing to be done" in again.stdout + again.stderr
    (tmp_path / "results/fetched/ixi/IXI.xls.json").unlink()
    before = len(site.asked)
    assert snakemake(tmp_path, settings, "fetch", **pretrained).returncode == 0
    assert len(site.asked) == before


@pytest.mark.workflow
def test_a_failed_download_is_a_sentence_and_leaves_no_file(site, tmp_path):
    settings = settings_for(site, tmp_path, ixi={"folder": str(tmp_path / "ixi")})
    site.files["IXI-T1.tar"] = b"another" + site.files["IXI-T1.tar"][7:]
    target = "results/fetched/ixi/IXI-T1.tar.json"
    run = snakemake(tmp_path, settings, target, PRETRAINED="weights")
    assert run.returncode == 1
    assert "another sha256 than the expected" in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert names(tmp_path / "ixi") == set()


@pytest.mark.workflow
def test_gated_cohorts_show_how_to_get_them_in_a_dry_run(site, tmp_path):
    folders = {n: {"folder": str(tmp_path / n)} for n in ("brats2019", "ucsf_pdgm")}
    settings = settings_for(site, tmp_path, **folders)
    run = snakemake(tmp_path, settings, "fetch", "-n", PRETRAINED="weights")
    assert run.returncode == 0, run.stderr[-3000:]
    told = run.stdout + run.stderr
    assert told.count("Image Processing Portal of CBICA") == 1
    assert "fetch: faspex: ucsf_pdgm" in told
    assert "BraTS 2020" not in told
    assert "UCSF-PDGM-metadata_v5.csv.json" in told

    # The table alone, which `fetch` brings, is not yet the cohort.
    (tmp_path / "ucsf_pdgm").mkdir()
    (tmp_path / "brats2019/HGG").mkdir(parents=True)
    run = snakemake(tmp_path, settings, "fetch", "-n", PRETRAINED="weights")
    told = run.stdout + run.stderr
    assert "ucsf_pdgm holds no images" in told
    assert "BraTS 2019" not in told


@pytest.mark.workflow
def test_a_link_in_the_environment_stays_out_of_all_that_is_written(site, tmp_path):
    about = b'{"package_id": 1065, "passcode": "5ecret"}'
    context = base64.b64encode(about).decode()
    settings = settings_for(site, tmp_path, ucsf_pdgm={"folder": str(tmp_path / "u")})
    settings["fetch"]["faspex"] = {"ucsf_pdgm": "$UCSF_LINK"}
    settings["fetch"]["aspera"] = {"ascp": sys.executable, "key": "sources.yaml"}
    link = f"http://127.0.0.1:9/?context={context}"
    target = "results/fetched/ucsf_pdgm/faspex/1065.json"
    run = snakemake(tmp_path, settings, target, UCSF_LINK=link, PRETRAINED="w")
    assert run.returncode == 1
    assert "cannot be reached (ConnectionError)" in run.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".log" for path in written)
    everything = b"".join(path.read_bytes() for path in written)
    assert context.encode() not in everything
    assert base64.b64encode(context.encode()) not in everything
    assert context not in run.stdout + run.stderr


@pytest.mark.workflow
def test_a_cohort_may_be_an_archive(site, tmp_path):
    with zipfile.ZipFile(tmp_path / "kaggle.zip", "w") as archive:
        archive.writestr("IXI-T1/IXI002-Guys-0828-T1.nii.gz", b"1")
    settings = settings_for(
        site, tmp_path, ixi={"folder": str(tmp_path / "kaggle.zip")}
    )
    run = snakemake(tmp_path, settings, "results/unpacked/ixi", PRETRAINED="weights")
    assert run.returncode == 0, run.stderr[-3000:]
    unpacked = names(tmp_path / "results/unpacked/ixi")
    assert {name for name in unpacked if ".snakemake" not in name} == {
        "IXI-T1/IXI002-Guys-0828-T1.nii.gz"
    }
