"""The words at a setting are found, and the rows are those of the run."""

import pytest
import yaml

from regrade.tables import check_table, load_schema
from tabulate_settings import tabulate, words_of


def said(text: str) -> dict[str, str]:
    return {".".join(place): words for place, words in words_of(text).items()}


def test_words_stand_above_or_beside_a_key():
    text = """
# above one
# in two lines
one: 1
two: 2      # beside two
            # and below
three: "# no comment"
"""
    assert said(text) == {
        "one": "above one in two lines",
        "two": "beside two and below",
    }


def test_words_above_and_beside_are_joined():
    assert said("# above\none: 1  # beside\n") == {"one": "above beside"}


def test_an_empty_line_parts_a_comment_from_the_key_below():
    assert said("# on the file\n\none: 1\n") == {}


def test_a_comment_further_out_or_in_is_not_that_of_the_key():
    text = """
one:
  inner: 1
# above two
two:
  # above deep
  deep: 2
"""
    assert said(text) == {"two": "above two", "two.deep": "above deep"}


def test_words_after_a_block_do_not_belong_to_it():
    assert said("one:\n  a: 1\n# above two\ntwo: 2\n") == {"two": "above two"}


def test_words_at_the_end_of_a_list_of_several_lines():
    text = "one: [1,\n  2]  # beside one\ntwo: 2\n"
    assert said(text) == {"one": "beside one"}


def test_words_beside_a_block_stand_on_its_first_line():
    text = "one:  # beside one\n  inner: 1  # beside inner\n"
    assert said(text) == {"one": "beside one", "one.inner": "beside inner"}


def test_a_merged_key_keeps_its_words_until_it_is_another():
    text = """
base: &base
  kept: 1     # of kept
  changed: 2  # of changed
more:
  <<: *base
  changed: 3
"""
    words = said(text)
    assert words["more.kept"] == "of kept"
    assert "more.changed" not in words


def test_an_alias_has_the_words_of_its_own_line():
    text = "one: &list [1, 2]  # of one\ntwo: *list  # of two\n"
    assert said(text) == {"one": "of one", "two": "of two"}


STUDY = """
title: A study
sample_seed: 1  # not stated
settings:
  # "20 epochs"
  training:
    epochs: 20
    batch_size: 16  # "a batch size of 16"
  crop: 160
variants:
  as_described: {}
  # asked for
  corrected:
    training: {epochs: 30}
    crop: null  # whole
    only: [one]
    experiments: {one: {crop: 80}}
experiments:
  one: {}
"""
SCHEMA = {"properties": {"title": {"wording": True}}}


def rows(variants=("as_described",), scale=None, schema=SCHEMA):
    table = tabulate(STUDY, schema, variants=variants, scale=scale)
    check_table(table, load_schema("settings_table"), "settings.csv")
    table = table.astype(object).where(table.notna(), None)
    return [tuple(row) for row in table.itertuples(index=False)]


def test_every_setting_has_its_value_and_words_and_titles_are_left_out():
    assert rows() == [
        ("sample_seed", "1", "not stated", None),
        ("settings.training.epochs", "20", '"20 epochs"', None),
        ("settings.training.batch_size", "16", '"a batch size of 16"', None),
        ("settings.crop", "160", None, None),
        ("experiments.one", "{}", None, None),
    ]


def test_a_variant_has_rows_for_what_it_changes():
    assert rows(variants=["corrected"])[5:] == [
        ("settings.training.epochs", "30", "asked for", "corrected"),
        ("settings.crop", "null", "whole", "corrected"),
        ("only", "[one]", "asked for", "corrected"),
        ("experiments.one.crop", "80", "asked for", "corrected"),
    ]


def test_what_scale_changes_says_so():
    scale = {"sample_seed": 5, "settings": {"training": {"epochs": 2}}}
    table = {(row[0], row[3]): row for row in rows(["corrected"], scale)}
    words = "not stated (Changed by `scale`; the study has 1.)"
    assert table["sample_seed", None][1:3] == ("5", words)
    words = '"20 epochs" (Changed by `scale`; the study has 20.)'
    assert table["settings.training.epochs", None][1:3] == ("2", words)
    # The variant has no other number of epochs than the study in this run.
    assert ("settings.training.epochs", "corrected") not in table


def test_scale_may_change_a_variant():
    scale = {"variants": {"corrected": {"training": {"epochs": 3}}}}
    table = {(row[0], row[3]): row for row in rows(["corrected"], scale)}
    words = "asked for (Changed by `scale`; the study has 30.)"
    assert table["settings.training.epochs", "corrected"][1:3] == ("3", words)


@pytest.mark.parametrize("study", ["zeng2024", "chatterjee2022"])
def test_every_setting_of_the_studies_has_words(root, study):
    text = (root / f"workflow/studies/{study}.yaml").read_text(encoding="utf-8")
    schema = (root / "workflow/schemas/study.schema.yaml").read_text(encoding="utf-8")
    every = list(yaml.safe_load(text)["variants"])
    table = tabulate(text, yaml.safe_load(schema), variants=every, scale=None)
    check_table(table, load_schema("settings_table"), study)
    assert len(table) > 150
    assert table.loc[table["words"].isna(), ["setting", "variant"]].empty


@pytest.mark.parametrize(
    ("study", "setting", "value", "words"),
    [
        ("zeng2024", "settings.training.epochs", "20", "A-36"),
        ("zeng2024", "settings.augmentation.degrees", "180", "A-20"),
        ("zeng2024", "settings.optimizer.weight_decay", "0.0005", "A-36"),
        ("zeng2024", "inputs.tumour_volumes.shape", "[128, 160, 160]", "A-33"),
        ("chatterjee2022", "cohorts.ixi.sample", "259", "B-02"),
        ("chatterjee2022", "settings.network.dropout", "0.3", "B-14"),
        ("chatterjee2022", "inputs.t1ce.spacing", "2.0", "B-07"),
        ("chatterjee2022", "settings.optimizer.learning_rate", "1.0e-05", "B-20"),
    ],
)
def test_the_words_are_at_the_right_setting(root, study, setting, value, words):
    text = (root / f"workflow/studies/{study}.yaml").read_text(encoding="utf-8")
    table = tabulate(text, {}, variants=[], scale=None).set_index("setting")
    assert table.loc[setting, "value"] == value
    assert table.loc[setting, "words"].startswith(words)
