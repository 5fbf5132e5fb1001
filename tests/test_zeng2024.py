"""What the tables of zeng2024 count, on tiny tables."""

import pandas as pd

from regrade.tables import read_table, write_table
from zeng2024_costs import cost_table
from zeng2024_slices import count_slices, kept

AREAS = pd.DataFrame(
    {
        "subject": ["a", "a", "a", "b", "b", "c", "c"],
        "slice": [3, 4, 5, 1, 2, 7, 8],
        "area": [5.0, 20.0, 10.0, 2.0, 1.0, 30.0, 30.0],
    }
)
SPLITS = pd.DataFrame(
    {
        "subject": ["a", "b", "c", "a", "b", "c"],
        "class": ["LGG", "HGG", "LGG"] * 2,
        "fold": [0, 0, 0, 1, 1, 1],
        "role": ["train", "train", "test", "test", "test", "train"],
    }
)


def test_a_patient_keeps_a_slice_whatever_the_least_area():
    assert kept(AREAS, 10)["slice"].tolist() == [4, 5, 1, 7, 8]
    assert kept(AREAS, 99)["slice"].tolist() == [4, 1, 7, 8]


def test_images_are_counted_with_their_copies(tmp_path):
    table = count_slices(
        AREAS, SPLITS, least_areas=[1, 10], copies={"LGG": 4}, scope="demo"
    )
    write_table(table, tmp_path / "slices.csv", "table")
    table = read_table(tmp_path / "slices.csv", "table")
    cells = table.pivot(index="row", columns="column", values="value")
    assert cells["Training images"].to_dict() == {
        "at least 1 mm²": 3 * 4 + 2,
        "at least 10 mm²": 2 * 4 + 1,
    }
    assert cells["Validation images"].tolist() == [2, 2]
    assert cells["Validation images a patient"].tolist() == [2, 2]
    assert set(table["subjects"]) == {3}


def test_costs_are_those_of_the_papers_columns(tmp_path):
    rows = [{"item": "text sec. 4", "row": row, "experiment": "x"} for row in "ab"]
    cost = {"peak_memory_mb": 10, "seconds_per_epoch": 2.5, "epochs": 3}
    costs = [cost | {"device": device} for device in ("NVIDIA A", "CPU")]
    write_table(cost_table(costs, rows, scope="demo"), tmp_path / "costs.csv", "table")
    table = read_table(tmp_path / "costs.csv", "table")
    assert table["row"].tolist() == ["a", "a", "b", "b"]
    assert table["item"].tolist() == ["text sec. 4"] * 2 + ["Costs on a CPU"] * 2
    assert table["column"].tolist() == ["GPU memory", "time per round"] * 2
    assert table["value"].tolist() == [10, 2.5] * 2
    assert table["unit"].tolist() == ["MB", "s"] * 2
