import pandas as pd
from made_results import audit, claims, comparison, cost, filled, sheets, write

from sum_up_run import average_costs, count_cohorts, count_verdicts, verdicts_of


def test_verdicts_are_counted_by_variant_and_matter(tmp_path):
    files = {"comparison": comparison(), "audit": audit(), "claims": claims()}
    paths = {n: tmp_path / write(tmp_path, f"{n}.csv", t) for n, t in files.items()}
    judged = [
        {"name": "claims", "variant": "as_described", "file": paths.pop("claims")}
    ]
    counted = count_verdicts(verdicts_of("zeng2024", **paths, judged=judged))
    assert list(counted["study"].unique()) == ["zeng2024"]
    rows = counted.drop(columns="study").itertuples(index=False, name=None)
    assert list(rows) == [
        ("", "audit", "impossible", 1),
        ("", "audit", "holds", 1),
        ("as_described", "published numbers", "below", 1),
        ("as_described", "published numbers", "inside the interval", 1),
        ("as_described", "published numbers", "above", 1),
        ("as_described", "published numbers", "not run", 1),
        ("corrected", "published numbers", "inside the interval", 1),
        ("as_described", "published numbers", "not comparable", 1),
        # Its pair came out "as claimed", which is no verdict on the claim.
        ("as_described", "claims", "not decided", 1),
    ]


def test_a_cohort_is_counted():
    [row] = count_cohorts(sheets()).to_dict("records")
    assert row == {
        "cohort": "brats2019",
        "subjects": 3,
        "patients": 2,
        "grades": "4: 2, not known: 1",
        "sex": "F: 2, M: 1",
        "mean_age": 50,
        "left_out": 2,
    }


def test_costs_are_means_over_the_runs_and_the_highest_memory(tmp_path):
    costs = [
        cost(tmp_path, 0, seconds_per_epoch=10, peak_memory_mb=100),
        cost(tmp_path, 1, seconds_per_epoch=20, peak_memory_mb=300),
    ]
    [row] = average_costs(costs).to_dict("records")
    assert (row["runs"], row["seconds_per_epoch"]) == (2, 15)
    assert row["peak_memory_mb"] == 300
    assert (row["giga_multiply_adds"], row["mega_activations"]) == (2.5, 3)


def test_a_run_without_trainings_has_costs_with_headings_and_no_rows():
    costs = average_costs([])
    assert costs.empty
    assert {"experiment", "seconds_per_epoch", "peak_memory_mb"} <= set(costs.columns)


def test_a_number_that_is_read_in_another_way_is_counted_once(tmp_path):
    twice = comparison()
    twice = pd.concat([twice, twice.assign(column=twice["column"] + ", read as PPV")])
    paths = {
        "comparison": tmp_path / write(tmp_path, "comparison.csv", twice),
        "audit": tmp_path / write(tmp_path, "audit.csv", audit()),
    }
    counted = count_verdicts(verdicts_of("zeng2024", **paths, judged=[]))
    once = counted.loc[counted["about"] == "published numbers", "count"].sum()
    aside = comparison()["verdict"].isin(["not printed", "other work"])
    assert once == (~aside).sum()


def test_costs_of_a_cpu_without_memory_stay_empty(tmp_path):
    [row] = average_costs(
        [cost(tmp_path, 0, seconds_per_epoch=10, peak_memory_mb=None)]
    ).to_dict("records")
    assert pd.isna(row["peak_memory_mb"])
    assert filled("flow", []).empty
