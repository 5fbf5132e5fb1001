from itertools import combinations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from regrade.drawing import check_sums, fit, flow_chart, reasons
from regrade.plots import save
from regrade.tables import load_schema, read_table, write_table

LONG = "There is a case folder, but no row in UCSF-PDGM-metadata_v5.csv, and t1 is NaN."


def flow_of(rows):
    table = pd.DataFrame(rows, columns=list(load_schema("flow")["columns"]))
    return table.astype({"cohort": "string", "words": "string", "subjects": "Int64"})


def cohort(name, *left_out):
    named = 1501
    rows = [(name, "named", "in its folder and tables", named)]
    rows += [(name, "left out", words, count) for words, count in left_out]
    kept = named - sum(count for _, count in left_out)
    return [*rows, (name, "kept", pd.NA, kept)]


def study(*parts, left_out=0):
    """Pool cohorts; two classes, 100 LGG."""
    rows = [row for part in parts for row in part]
    kept = sum(count for _, stage, _, count in rows if stage == "kept") - left_out
    if left_out:
        rows += [(pd.NA, "left out", "Its patient is counted already.", left_out)]
    rows += [(pd.NA, "kept", "LGG", 100), (pd.NA, "kept", "HGG", kept - 100)]
    return flow_of(rows)


MANY = [(f"Reason number {place}, and nothing else.", 1) for place in range(12)]
FLOWS = {
    "one cohort by itself": flow_of(cohort("ixi", (LONG, 12), ("Short.", 1000))),
    "one cohort in a study": study(cohort("ixi")),
    "two": study(cohort("ucsf_pdgm", (LONG, 6)), cohort("brats2020"), left_out=5),
    "three": study(cohort("a", *MANY), cohort("b", (LONG, 1)), cohort("c")),
    "four": study(
        cohort("brats2019_second_copy_of_the_old_server", (LONG, 1200)),
        cohort("brats2020", *MANY),
        cohort("ixi"),
        cohort("upenn_gbm", ("Its grade is not known.", 3)),
        left_out=5,
    ),
}


def texts_of(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def boxes_of(figure):
    return [part for part in figure.axes[0].patches if isinstance(part, Rectangle)]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_every_line_lies_in_its_box_and_no_boxes_overlap(flow, header):
    figure = flow_chart(flow, header=header)
    boxes = [box.get_window_extent() for box in boxes_of(figure)]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    for text in figure.axes[0].texts:
        if text.get_text():
            line = text.get_window_extent()
            holders = [box for box in boxes if box.count_contains(line.corners()) == 4]
            assert len(holders) == 1, text.get_text()


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_boxes_lie_on_the_paper_and_below_the_title(flow):
    figure = flow_chart(flow, header=True)
    title = figure.suptitle("Figure 1: flow of subjects\nDemo cohorts, shrunken run")
    for box in boxes_of(figure):
        extent = box.get_window_extent()
        assert figure.bbox.count_contains(extent.corners()) == 4
        assert extent.y1 < title.get_window_extent().y0


def test_a_study_is_a_tree_of_counts():
    texts = texts_of(flow_chart(FLOWS["two"], header=False))
    assert "ucsf_pdgm" in texts
    assert texts.count("Named in its folder and tables (n = 1,501)") == 2
    assert "Left out (n = 6)" in texts
    assert "Kept (n = 1,495)" in texts
    assert "Left out (n = 5)" in texts
    assert "Studied (n = 2,991)" in texts
    assert "LGG (n = 100)" in texts
    assert "HGG (n = 2,891)" in texts


def test_nobody_left_out_needs_no_box():
    assert len(boxes_of(flow_chart(flow_of(cohort("ixi")), header=False))) == 2


def test_rare_reasons_are_counted_together():
    lines = reasons(flow_of(cohort("ixi", *MANY)), 80)
    assert lines[0] == "Left out (n = 12)"
    assert lines[-1] == "5: for other reasons"
    assert len(lines) == 9


def test_a_name_longer_than_a_line_is_broken():
    assert fit("x" * 50, 50, indent="") == ["x" * 25, "x" * 25]


def test_a_flow_that_loses_subjects_is_refused():
    flow = FLOWS["two"].copy()
    flow.loc[0, "subjects"] = 1500
    with pytest.raises(ValueError, match="flow of ucsf_pdgm .* 1500 named, 6 left out"):
        check_sums(flow)


def test_a_study_larger_than_its_cohorts_is_refused():
    flow = FLOWS["two"].copy()
    flow.loc[len(flow) - 1, "subjects"] += 1
    with pytest.raises(ValueError, match="flow of the study does not add up"):
        flow_chart(flow, header=True)


def test_the_table_is_read_as_it_was_written_and_drawn_alike(tmp_path):
    write_table(FLOWS["four"], tmp_path / "flow.csv", "flow")
    files = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for file in files:
        flow = read_table(tmp_path / "flow.csv", "flow")
        save(flow_chart(flow, header=True), "Figure 1", "demo", file)
    assert files[0].read_bytes() == files[1].read_bytes()
