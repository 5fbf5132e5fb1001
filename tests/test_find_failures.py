import pandas as pd

from find_failures import find_failures
from regrade.tables import read_table, write_table

SUBJECTS = pd.DataFrame({"subject": ["a", "b", "c", "d"], "cohort": list("xyxy")})


def predictions_of(*rows):
    columns = ["experiment", "fold", "subject", "role", "truth", "predicted"]
    return pd.DataFrame(rows, columns=columns).assign(seed=1, epoch=1)


FOUND = find_failures(
    predictions_of(
        ("2d", 0, "a", "test", "LGG", "HGG"),
        ("2d", 1, "a", "test", "LGG", "LGG"),
        ("3d", 0, "a", "test", "LGG", "healthy"),
        ("3d", 1, "a", "test", "LGG", "HGG"),
        ("2d", 0, "b", "test", "HGG", "LGG"),
        ("2d", 1, "b", "validation", "HGG", "healthy"),
        ("2d", 0, "c", "test", "HGG", "HGG"),
        ("2d", 0, "d", "test", "LGG", "healthy"),
        ("3d", 0, "d", "test", "LGG", "HGG"),
    ),
    SUBJECTS,
).set_index("subject")


def test_those_wrong_come_by_their_share_then_by_name():
    assert FOUND.index.tolist() == ["b", "d", "a"]  # c is right
    assert FOUND["share"].tolist() == [1, 1, 0.75]
    assert FOUND["cohort"].tolist() == ["y", "y", "x"]


def test_a_subject_counts_wherever_it_is_scored():
    row = FOUND.loc["a"]
    assert (row["wrong"], row["predictions"], row["experiments"]) == (3, 4, 2)
    assert FOUND.loc["b", "predictions"] == 1  # as a validation subject it does not


def test_the_wrong_class_predicted_most_often():
    assert FOUND.loc["a", ["truth", "most_often"]].tolist() == ["LGG", "HGG"]
    assert FOUND.loc["d", "most_often"] == "HGG"  # of two, the first by name


def test_nobody_is_wrong(tmp_path):
    right = predictions_of(("2d", 0, "a", "test", "LGG", "LGG"))
    found = find_failures(right, SUBJECTS).assign(study="s", variant="v")
    write_table(found, tmp_path / "failures.csv", "failures")
    assert len(read_table(tmp_path / "failures.csv", "failures")) == 0
