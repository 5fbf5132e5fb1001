import pandas as pd
import pytest
import yaml

from regrade import tables
from regrade.tables import read_table, write_table

SCHEMA = {
    "about": "Four columns.",
    "key": ["name", "fold"],
    "columns": {
        "name": {"type": "string"},
        "fold": {"type": "integer", "minimum": 0, "maximum": 9},
        "share": {"type": "number", "empty": True},
        "left_out": {"type": "boolean"},
        "role": {"type": "string", "enum": ["train", "test"], "about": "what for"},
    },
}
ROW = {"name": "NA", "fold": 0, "share": None, "left_out": True, "role": "train"}


@pytest.fixture(autouse=True)
def schemas(tmp_path, monkeypatch):
    (tmp_path / "four.schema.yaml").write_text(yaml.safe_dump(SCHEMA, sort_keys=False))
    more = yaml.safe_dump(SCHEMA | {"more_columns": True}, sort_keys=False)
    (tmp_path / "more.schema.yaml").write_text(more)
    monkeypatch.setattr(tables, "SCHEMAS", tmp_path)


def frame(**changes) -> pd.DataFrame:
    return pd.DataFrame([ROW | changes])


def test_a_table_comes_back_as_it_was(tmp_path):
    table = pd.DataFrame([ROW, ROW | {"fold": 1, "share": 0.5}])
    write_table(table, tmp_path / "x.csv", "four")
    back = read_table(tmp_path / "x.csv", "four")
    assert back["name"].tolist() == ["NA", "NA"]  # a name, not a missing value
    assert back["fold"].tolist() == [0, 1]
    assert back["share"].isna().tolist() == [True, False]
    assert back["left_out"].tolist() == [True, True]


def test_an_empty_table_comes_back_empty(tmp_path):
    write_table(frame().iloc[:0], tmp_path / "x.csv", "four")
    assert read_table(tmp_path / "x.csv", "four").empty


def test_columns_are_written_in_the_order_of_the_schema(tmp_path):
    table = frame(p_LGG=0.25)[["p_LGG", "role", "left_out", "share", "fold", "name"]]
    write_table(table, tmp_path / "x.csv", "more")
    header = (tmp_path / "x.csv").read_text().splitlines()[0]
    assert header == "name,fold,share,left_out,role,p_LGG"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (frame().drop(columns="fold"), r"x.csv lacks the columns \['fold'\]"),
        (frame(extra=1), r"columns that no schema names: \['extra'\]"),
        (frame(name=None), "x.csv: column name has empty cells"),
        (frame(fold=-1), "column fold holds -1, but {'minimum': 0, 'maximum': 9} is"),
        (frame(fold=10), "column fold holds 10"),
        (frame(role="trial"), r"holds 'trial', but {'enum': \['train', 'test'\]} is"),
        (
            pd.DataFrame([ROW, ROW | {"share": 1}]),
            "more than one row for {'name': 'NA', 'fold': 0}",
        ),
    ],
)
def test_a_bad_table_is_neither_written_nor_read(tmp_path, table, sentence):
    path = tmp_path / "x.csv"
    with pytest.raises(ValueError, match=sentence):
        write_table(table, path, "four")
    assert not path.exists()
    table.to_csv(path, index=False)
    with pytest.raises(ValueError, match=sentence):
        read_table(path, "four")
