"""Bad input gets one clear sentence and exit status 1."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def run(tmp_path: Path, settings: dict, *arguments: str) -> subprocess.CompletedProcess:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(settings))
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(ROOT / "Snakefile"),
    ]
    command += ["--cores", "1", "--directory", str(tmp_path), *arguments]
    return subprocess.run(
        [*command, "--configfile", str(overlay)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"hardware": {"devise": "cpu"}},
            "config.yaml: at hardware, unknown key 'devise'; known keys are",
        ),
        (
            {
                "scale": {
                    "studies": {"zeng2024": {"settings": {"training": {"epoch": 1}}}}
                }
            },
            "at training, unknown key 'epoch'; known keys are",
        ),
        (
            {"cohorts": {"ixi": {"folder": "nowhere/ixi"}}},
            "cohorts.ixi.folder",
        ),
        (
            {"cohorts": {"ixi": {"folder": "$NOT_SET_ANYWHERE/ixi"}}},
            "that environment variable is not set",
        ),
        (
            {"cohorts": {"ixi": None}},
            "chatterjee2022 needs the cohort ixi, which config.yaml does not switch on",
        ),
        (
            {"studies": {"miller1999": ["as_described"]}},
            "there is no workflow/studies/miller1999.yaml",
        ),
        ({"studies": {"zeng2024": ["as_dreamt"]}}, "names the variant 'as_dreamt'"),
        ({"seeds": ["one"]}, "config.yaml: at seeds.0, 'one' is not of type 'integer'"),
    ],
)
def test_settings(tmp_path, settings, sentence):
    result = run(tmp_path, settings)
    assert result.returncode == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_a_cohort_without_a_readable_subject(tmp_path):
    (tmp_path / "ixi").mkdir()
    (tmp_path / "ixi/IXI.csv").write_text('IXI_ID,"SEX_ID (1=m, 2=f)",AGE\n')
    settings = {"cohorts": {"ixi": {"folder": str(tmp_path / "ixi")}}}
    result = run(tmp_path, settings, "results/cohorts/ixi/subjects.csv")
    assert result.returncode == 1
    assert "cohorts.ixi.folder" in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
