import numpy as np
import pandas as pd
import pytest

from predict_baseline import predict_baseline
from regrade.score_tables import two_class_table
from regrade.tables import read_table, write_table

CLASSES = ["LGG", "HGG"]
LOGISTIC = {"C": 1.0, "class_weight": "balanced", "max_iter": 1000}
FOREST = {"n_estimators": 20, "min_samples_leaf": 1, "class_weight": None}
MODELS = [("logistic", LOGISTIC), ("forest", FOREST)]
ROLES = ["train"] * 8 + ["validation"] * 2 + ["test"] * 2


def splits(folds: int = 1) -> pd.DataFrame:
    """Twelve subjects, LGG and HGG by turns."""
    one = pd.DataFrame(
        {
            "subject": [f"s{n}" for n in range(12)],
            "class": CLASSES * 6,
            "role": ROLES,
        }
    )
    return pd.concat([one.assign(fold=n) for n in range(folds)], ignore_index=True)


def radiomics(**volumes: float) -> pd.DataFrame:
    """Volumes of LGG around 1, of HGG around 9, and a feature that says nothing."""
    table = splits()[["subject"]].assign(
        VoxelVolume=[1, 9, 2, 8, 0, 10, 1, 9, 1, 9, 2, 8.0], Flatness=0.5
    )
    given = table["subject"].map(volumes)
    return table.assign(VoxelVolume=given.fillna(table["VoxelVolume"]))


def predict(model="logistic", options=LOGISTIC, *, table=None, **changes):
    table = radiomics() if table is None else table
    settings = {"model": model, "options": options}
    settings["features"] = changes.pop("features", ["VoxelVolume"])
    usual = {"splits": splits(), "baseline": "size", "runs": [(0, 1)]}
    usual |= {"radiomics": table, "settings": settings, "classes": CLASSES}
    return predict_baseline(**usual | changes)


@pytest.mark.parametrize(("model", "options"), MODELS)
def test_large_tumours_are_high_grade(model, options, tmp_path):
    table = predict(model, options)
    write_table(table, tmp_path / "table.csv", "predictions")
    read = read_table(tmp_path / "table.csv", "predictions")
    assert read["subject"].tolist() == ["s8", "s9", "s10", "s11"]
    assert read["role"].tolist() == ["validation"] * 2 + ["test"] * 2
    assert read["predicted"].tolist() == read["truth"].tolist() == CLASSES * 2
    assert (read["p_HGG"] > 0.7).tolist() == [False, True] * 2
    assert (read["p_LGG"] + read["p_HGG"]).tolist() == pytest.approx([1] * 4)
    assert read[["experiment", "epoch"]].drop_duplicates().values.tolist() == [
        ["size", 1]
    ]


def test_every_fold_and_seed_is_predicted():
    table = predict(splits=splits(2), runs=[(f, s) for f in (0, 1) for s in (3, 4)])
    assert table.groupby(["fold", "seed"]).size().to_dict() == {
        (0, 3): 4,
        (0, 4): 4,
        (1, 3): 4,
        (1, 4): 4,
    }


def test_nothing_is_learnt_from_those_who_are_predicted():
    usual = predict().set_index("subject")["p_HGG"]
    changed = predict(table=radiomics(s11=1000, s9=-500)).set_index("subject")["p_HGG"]
    assert usual[["s8", "s10"]].tolist() == changed[["s8", "s10"]].tolist()
    assert usual["s11"] != changed["s11"]


def test_the_seed_is_that_of_the_forest():
    noise = radiomics().assign(VoxelVolume=np.random.default_rng(0).normal(size=12))
    runs = [(0, 1), (0, 2)]
    table = predict("forest", FOREST, table=noise, runs=runs)
    one, two = (run["p_HGG"].tolist() for _, run in table.groupby("seed"))
    assert one != two
    again = predict("forest", FOREST, table=noise, runs=runs)
    assert again.equals(table)


def test_options_and_features_are_those_of_the_settings():
    shy = predict(options=LOGISTIC | {"C": 1e-9})
    assert shy["p_HGG"].tolist() == pytest.approx([0.5] * 4, abs=1e-6)
    blind = predict(features=["Flatness"])
    assert blind["p_HGG"].tolist() == pytest.approx([0.5] * 4)


def test_balanced_classes_weigh_alike():
    roles = splits().assign(role=["train"] * 7 + ["test"] * 5)
    chosen = {"splits": roles, "features": ["Flatness"]}
    balanced = predict(**chosen)
    assert balanced["p_LGG"].tolist() == pytest.approx([0.5] * 5)
    plain = predict(options=LOGISTIC | {"class_weight": None}, **chosen)
    assert plain["p_LGG"].tolist() == pytest.approx([4 / 7] * 5, abs=1e-3)


def test_a_subject_without_features_is_named():
    with pytest.raises(ValueError, match=r"no row for 1 subjects .* \['s11'\]"):
        predict(table=radiomics().head(11))


def test_a_class_that_nobody_trains_is_named():
    roles = splits().assign(**{"class": ["LGG"] * 8 + CLASSES * 2})
    with pytest.raises(ValueError, match=r"of fold 0 is of class \['HGG'\]"):
        predict(splits=roles)


def test_baselines_are_scored_as_table_1_is():
    rows = [{"item": "Baselines", "row": "Volume", "experiment": "size"}]
    options = {"scope": "", "resamples": 5, "seed": 0, "classes": CLASSES}
    table = two_class_table(predict(), rows, positive="HGG", **options)
    cells = table.set_index("column")
    assert cells.loc[["AUC", "Acc", "APCA", "SEN", "SPE"], "value"].tolist() == [1] * 5
    assert set(cells["subjects"]) == {2}
