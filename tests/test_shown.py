"""What the page shows of a study, by the functions of its rules."""

import runpy

FIGURE = {"caption": "A figure.", "rows": []}


def test_a_figure_that_is_alike_in_all_variants_stands_with_the_first(root):
    figures = {"roc": FIGURE, "survival": FIGURE | {"once": True}}
    run = {"STUDIES": {"s": {"figures": figures}}}
    run |= {"STUDY_VARIANTS": {"s": ["first", "second"]}}
    functions = runpy.run_path(str(root / "workflow/rules/shown.smk"), run)
    assert [figure["file"] for figure in functions["figures_of"]("s")] == [
        "results/s/first/figures/roc.svg",
        "results/s/first/figures/survival.svg",
        "results/s/second/figures/roc.svg",
    ]
