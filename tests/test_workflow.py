"""The demo workflow, run as a user runs it, in a folder with a blank in its name."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml
from browsing import check_page
from reading import check_predictions
from rocrate.rocrate import ROCrate

from regrade.tables import read_table

pytestmark = pytest.mark.workflow

PREPARATION = {
    "make_demo_cohort",
    "check_cohort",
    "strip_skulls_brainextractor",
    "prepare_volumes",
    "extract_slices",
    "extract_radiomics",
    "pack_inputs",
    "split_subjects",
}


def copy_tree(root: Path, target: Path) -> Path:
    """Copy what a clone would hold, with a link to the running environment."""
    left_out = shutil.ignore_patterns(".*", "results", "__pycache__")
    shutil.copytree(root, target, ignore=left_out)
    (target / ".venv").symlink_to(sys.prefix)
    return target


def snakemake(tree: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [str(tree / ".venv/bin/python"), "-m", "snakemake", "--cores", "2"]
    return subprocess.run(
        [*command, *arguments],
        cwd=tree,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def planned_rules(output: str) -> set[str]:
    """Read the names of the rules that a dry run would run."""
    return set(re.findall(r"^(?:local)?rule (\w+):", output, re.MULTILINE))


def overlay(tree: Path, settings: dict) -> tuple[str, str]:
    path = tree / "overlay.yaml"
    path.write_text(yaml.safe_dump(settings))
    return "--configfile", path.name


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    root = Path(__file__).parents[1]
    tree = copy_tree(root, tmp_path_factory.mktemp("demo") / "re grade")
    run = snakemake(tree)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-5000:]
    return tree


def test_snakemakes_own_report_shows_all_tables_and_figures(demo):
    run = snakemake(demo, "--report", "report.html")
    assert run.returncode == 0, run.stderr[-3000:]
    page = (demo / "report.html").read_text()
    written = [*demo.glob("results/*/*/figures/*.svg")]
    written += demo.glob("results/*/*/tables/*.csv")
    paths = {path.relative_to(demo).as_posix() for path in written}
    assert {path for path in paths if f'"{path}": {{' not in page} == set()


def test_every_figure_of_the_demo_has_a_pdf(demo):
    figures = {p.with_suffix("") for p in demo.glob("results/*/*/figures/*.svg")}
    pdfs = {p.with_suffix("") for p in demo.glob("results/*/*/figures/*.pdf")}
    assert figures == pdfs
    assert {"failures", "training_curves", "flow_chart"} <= {p.name for p in figures}


def test_the_page_has_tables_curves_matrices_and_survival(demo):
    page = (demo / "results/report/index.html").read_text()
    assert "demo cohorts" in page.lower()
    assert page.count("<img") >= 4
    for words in ("Table 1(B)", "Table 5", "Kaplan-Meier", "Confusion", "0.9684"):
        assert words in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_page_shows_its_files_in_a_browser(demo, chromium, tmp_path):
    page = demo / "results/report/index.html"
    check_page(chromium, page, ["zeng2024", "chatterjee2022"], tmp_path / "demo")
    assert page.stat().st_size < 20e6


@pytest.mark.parametrize("cohort", ["brats2019", "brats2020", "ixi", "ucsf_pdgm"])
def test_a_cohort_has_a_page_with_all_its_pictures(demo, cohort):
    index = (demo / "results/report/index.html").read_text()
    assert f'href="cohorts/{cohort}.html"' in index
    page = (demo / f"results/report/cohorts/{cohort}.html").read_text()
    subjects = read_table(demo / f"results/cohorts/{cohort}/subjects.csv", "subjects")
    assert page.count("data:image/jpeg") == len(subjects)
    assert "demo cohorts" in page and "no patient" in page


def test_every_brain_of_the_demo_is_found(demo):
    for file in demo.glob("results/cohorts/*/brains/brainextractor/*.csv"):
        assert not read_table(file, "brains")["left_out"].any(), file


@pytest.mark.parametrize("study", ["zeng2024", "chatterjee2022"])
def test_the_flow_ends_with_the_subjects_of_the_split(demo, study):
    variant = demo / f"results/{study}/as_described"
    flow = read_table(variant / "flow.csv", "flow")
    counted = flow[flow["cohort"].isna()].set_index("words")["subjects"].to_dict()
    splits = read_table(variant / "splits.csv", "splits").drop_duplicates("subject")
    assert counted == splits["class"].value_counts().to_dict()
    excluded = read_table(demo / f"results/{study}/exclusions.csv", "exclusions")
    out = flow[flow["stage"] == "left out"]["subjects"].sum()
    assert out >= len(excluded)


def test_what_the_checklists_claim_is_there(demo):
    answers = read_table(demo / "results/checklists.csv", "checklists")
    answered = answers[answers["answer"] == "answered by the run"]
    assert len(answered) > 10 and answered["link"].notna().all()
    assert answered["evidence"].str.startswith("In this run (demo cohorts").all()
    for link in answers["link"].dropna():
        assert (demo / "results" / link).stat().st_size > 0


def test_another_label_rule_needs_no_other_volumes(demo):
    key = {"studies": {"zeng2024": ["as_described", "grade_3_dropped"]}}
    rules = planned_rules(snakemake(demo, "-n", *overlay(demo, key)).stdout)
    assert {"split_subjects", "count_subjects", "train"} <= rules
    assert not rules & (PREPARATION - {"split_subjects"})


def test_no_log_has_a_traceback(demo):
    logs = list((demo / "results/logs").rglob("*.log"))
    assert len(logs) > 50
    assert not [log for log in logs if "Traceback" in log.read_text()]


@pytest.mark.parametrize(
    ("variant", "experiments", "runs"),
    [
        ("zeng2024/as_described", 20 + 4, 1),
        ("zeng2024/corrected", 3, 2),
        ("zeng2024/magnified_both", 2, 1),
        ("chatterjee2022/as_described", 6, 3),
        ("chatterjee2022/as_coded", 6, 3),
        ("chatterjee2022/corrected", 2, 3),
    ],
)
def test_every_scored_subject_is_predicted(demo, variant, experiments, runs):
    check_predictions(demo / "results" / variant, experiments=experiments, runs=runs)


@pytest.mark.parametrize(
    ("study", "table"), [("zeng2024", "table_1b"), ("chatterjee2022", "table_5")]
)
def test_tables_say_what_they_are_made_from(demo, study, table):
    path = demo / f"results/{study}/as_described/tables/{table}.csv"
    assert set(pd.read_csv(path)["scope"]) == {"demo cohorts, shrunken run"}
    comparison = read_table(demo / f"results/{study}/comparison.csv", "comparison")
    aside = ["not run", "not printed", "not comparable", "other work"]
    beside = comparison[~comparison["verdict"].isin(aside)].groupby("variant").size()
    if study == "zeng2024":
        # Five scores of each row and three read another way, and Table 3; of the text
        # 18 counts, and scores and changes of the models that run. Costs are of a GPU.
        counts = {"as_described": 15 * 8 + 6 + 18 + 27}
        counts["corrected"] = 3 * 8 + 1 + 18 + 17
        counts["magnified_both"] = 2 * 8 + 1 + 18 + 16
    else:
        # 35 numbers of tables, Figures 5 and 7; of the text counts, scores, changes.
        counts = dict.fromkeys(["as_coded", "as_described"], 35 + 9 + 6 * 12 + 4 + 19)
        counts["corrected"] = 15 + 9 + 2 * 12 + 4 + 12
    assert beside.to_dict() == counts


def test_the_loss_falls(demo):
    histories = list(demo.glob("results/*/*/training/*/*/history.csv"))
    assert len(histories) == 20 + 3 * 2 + 2 + 6 * 3 * 2 + 2 * 3
    losses = [pd.read_csv(file)["loss"] for file in histories]
    falls = [loss.iloc[len(loss) // 2 :].mean() < loss.iloc[0] for loss in losses]
    # Three epochs on some twenty coarse volumes: chance has a say.
    assert sum(falls) > 0.8 * len(falls)


def test_the_settings_lie_beside_the_results(demo):
    path = "results/zeng2024/as_described/settings.yaml"
    settings = yaml.safe_load((demo / path).read_text())["resnet50_all_shape"]
    assert settings["network"]["shape_features"] == "standardised"
    assert settings["optimizer"]["betas"] == [0.9, 0.99]


def test_progress_shows_what_is_done_and_the_time_left(demo):
    log = demo / "results/logs/strip_skulls_brainextractor/ixi/chunk-0.log"
    assert re.search(r"\d+ of \d+ subjects, \d+:\d\d:\d\d left", log.read_text())


def test_a_second_run_does_nothing(demo):
    run = snakemake(demo, "-n")
    assert run.returncode == 0
    assert "Nothing to be done" in run.stdout + run.stderr


def test_one_changed_digit_is_found_named_and_left_alone(demo, tmp_path):
    assert snakemake(demo, "verify").returncode == 0
    name = "zeng2024/as_described/tables/table_1b.csv"
    path = demo / "results" / name
    kept = shutil.copy2(path, tmp_path)
    table = pd.read_csv(path, dtype=str)
    value = table.loc[0, "value"]
    table.loc[0, "value"] = value + "1"
    try:
        table.to_csv(path, index=False)
        run = snakemake(demo, "verify")
    finally:
        shutil.copy2(kept, path)
    assert run.returncode == 1
    where = rf"{name}, item Table 1\(B\), row .*, column AUC: value is {value}1 here"
    assert re.search(f"{where} and {value} in results/record.zip", run.stderr)
    assert planned_rules(run.stdout + run.stderr) == {"verify"}


def test_every_table_of_the_page_is_in_the_crate(demo):
    crate = ROCrate(demo / "results")
    made = {action["result"].id for action in crate.root_dataset["mentions"]}
    assert len(made) > 80
    for entity in (e for e in crate.data_entities if e.type == "File"):
        content = (demo / "results" / entity.id).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest(), entity.id
    for study in ("zeng2024", "chatterjee2022"):
        tables = demo.glob(f"results/{study}/*/tables/*.csv")
        names = {str(table.relative_to(demo / "results")) for table in tables}
        assert names | {f"{study}/comparison.csv", f"{study}/audit.csv"} <= made


def test_a_training_key_reruns_training_and_no_preparation(demo):
    key = {"zeng2024": {"settings": {"optimizer": {"learning_rate": 0.002}}}}
    run = snakemake(demo, "-n", *overlay(demo, {"scale": {"studies": key}}))
    rules = planned_rules(run.stdout)
    assert {"train", "predict", "zeng2024_table_1b", "report"} <= rules
    assert not rules & (PREPARATION | {"chatterjee2022_table_5"})


def test_a_preparation_key_reruns_preparation(demo):
    key = {"zeng2024": {"inputs": {"tumour_slices": {"least_area": 300}}}}
    run = snakemake(demo, "-n", *overlay(demo, {"scale": {"studies": key}}))
    rules = planned_rules(run.stdout)
    assert {"extract_slices", "pack_inputs", "train"} <= rules
    unchanged = {"prepare_volumes", "extract_radiomics", "check_cohort"}
    assert not rules & (unchanged | {"strip_skulls_brainextractor"})


def test_an_edited_library_module_reruns_its_rules(demo):
    module = demo / "scripts/regrade/metrics.py"
    text = module.read_text()
    try:
        module.write_text(text + "\n# another score\n")
        rules = planned_rules(snakemake(demo, "-n").stdout)
    finally:
        module.write_text(text)
    assert {"zeng2024_table_1b", "chatterjee2022_figure_5"} <= rules
    assert not rules & (PREPARATION | {"train", "predict"})


def test_a_killed_training_resumes(demo, tmp_path):
    """A process that is killed leaves its state; the next one goes on from there."""
    tree = tmp_path / "killed"
    shutil.copytree(demo, tree, symlinks=True)
    folder = "results/zeng2024/as_described/training/resnet50_all/fold-0_seed-1"
    settings = {"training": {"epochs": 4}, "optimizer": {"learning_rate": 0.002}}
    scale = {"studies": {"zeng2024": {"settings": settings}}}
    arguments = overlay(tree, {"scale": scale, "hardware": {"save_every": 0}})
    command = [str(tree / ".venv/bin/python"), "-m", "snakemake", "--cores", "2"]
    target = f"{folder}/weights.pt"
    process = subprocess.Popen(
        [*command, target, *arguments],
        cwd=tree,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while not (tree / folder / "state.pt").exists():
        assert time.monotonic() < deadline, "no epoch was done within 5 minutes"
        assert process.poll() is None, "the training ended before it could be killed"
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    snakemake(tree, "--unlock", *arguments)
    run = snakemake(tree, target, *arguments)
    assert run.returncode == 0, run.stderr[-3000:]
    log = (
        tree / "results/logs/train/zeng2024/as_described/resnet50_all/fold-0_seed-1.log"
    )
    assert "Resuming after epoch" in log.read_text()
    assert pd.read_csv(tree / folder / "history.csv")["epoch"].tolist() == [1, 2, 3, 4]
