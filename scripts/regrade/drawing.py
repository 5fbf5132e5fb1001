"""The flow of subjects as a tree of boxes, as CONSORT and STARD ask for.

Lengths are millimetres on paper, from the upper left corner down, so that text of a
fixed size fits its box. Layout after Bossuyt et al. 2015 (STARD), figure 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from regrade.plots import MILLIMETRES

FONT = 9  # points
LETTER = 1.8  # mean width at that size
BOLD = 1.2  # how much wider bold letters are
LINE = 4.4
PADDING = 2.5
GAP = 7  # between boxes, and between columns
SPINE = 5  # from the left edge of a column to its vertical line
INDENT = 10  # from the left edge of a column to its box of those left out
HEADER = 15  # room for a title
PAPER, NARROWEST, WIDEST = 187, 58, 90  # of all columns, of one
REASONS = 7  # written out; the others are counted together
INK, SHADE = "#5a6675", "#f3f6f9"


@dataclass(frozen=True)
class Column:
    """Boxes below one another: their lines and tops, by stage; mm."""

    boxes: Mapping[str, list[str]]
    tops: Mapping[str, float]
    left: float
    width: float

    @property
    def spine(self) -> float:
        """Where the vertical line runs."""
        return self.left + SPINE


def flow_chart(flow: pd.DataFrame, *, header: bool) -> Figure:
    """Draw a table `flow`: a column a cohort, joined in the box of the study.

    Parameters
    ----------
    flow : one cohort or several; rows of the pooled study may be missing
    header : whether to leave room for a title
    """
    check_sums(flow)
    pooled = flow["cohort"].isna()
    cohorts = [rows for _, rows in flow[~pooled].groupby("cohort", sort=False)]
    width = min(max(PAPER / len(cohorts) - GAP, NARROWEST), WIDEST)
    boxes = [cohort_boxes(rows, width) for rows in cohorts]
    tops, end = row_tops(boxes, 1)
    columns = [
        Column(lines, tops, 1 + place * (width + GAP), width)
        for place, lines in enumerate(boxes)
    ]
    lines = study_boxes(flow[pooled], width)
    tops, end = row_tops([lines], end)
    study = Column(lines, tops, (1 + columns[-1].left) / 2, width)
    across = columns[-1].left + width + 1
    if header:
        across = max(across, PAPER)  # a title may be longer than a column is wide
    axes = canvas(across, end - GAP + 1, header=header)
    for column in [*columns, study]:
        draw_column(axes, column)
    if study.boxes["kept"]:
        draw_join(axes, columns, study)
    return axes.figure


def check_sums(flow: pd.DataFrame) -> None:
    """Raise a ``ValueError`` if subjects come from nowhere or get lost."""
    counts = flow.assign(cohort=flow["cohort"].fillna(""))
    counts = counts.pivot_table(
        index="cohort", columns="stage", values="subjects", aggfunc="sum", fill_value=0
    ).reindex(columns=["named", "left out", "kept"], fill_value=0)
    if "" in counts.index:
        counts.loc["", "named"] = counts["kept"].drop("").sum()
    wrong = counts[counts["named"] - counts["left out"] != counts["kept"]]
    for cohort, row in wrong.iterrows():
        raise ValueError(
            f"The flow of {cohort or 'the study'} does not add up: {row['named']} "
            f"named, {row['left out']} left out, {row['kept']} kept."
        )


def cohort_boxes(rows: pd.DataFrame, width: float) -> dict[str, list[str]]:
    """Write the boxes of a cohort."""
    named, kept = (rows[rows["stage"] == stage].iloc[0] for stage in ("named", "kept"))
    words = f"Named {named['words']} (n = {named['subjects']:,})"
    return {
        "named": fit(named["cohort"], width / BOLD, indent="")
        + fit(words, width, indent=""),
        "left out": reasons(rows, width - INDENT),
        "kept": [f"Kept (n = {kept['subjects']:,})"],
    }


def study_boxes(rows: pd.DataFrame, width: float) -> dict[str, list[str]]:
    """Write the boxes of the pooled study; without rows, empty ones."""
    classes = rows[rows["stage"] == "kept"]
    lines = [f"Studied (n = {classes['subjects'].sum():,})"] if len(classes) else []
    for row in classes.itertuples():
        lines += fit(f"{row.words} (n = {row.subjects:,})", width, indent="")
    return {"named": [], "left out": reasons(rows, width - INDENT), "kept": lines}


def reasons(rows: pd.DataFrame, width: float) -> list[str]:
    """Write how many were left out and, for each of the first reasons, how many."""
    out = rows[rows["stage"] == "left out"]
    if out.empty:
        return []
    lines = [f"Left out (n = {out['subjects'].sum():,})"]
    for row in out[:REASONS].itertuples():
        lines += fit(f"{row.subjects:,}: {row.words}", width, indent="   ")
    others = out["subjects"][REASONS:].sum()
    return lines + ([f"{others:,}: for other reasons"] if others else [])


def fit(text: str, width: float, *, indent: str) -> list[str]:
    """Break a text into lines that fit a box, ``indent`` before all but the first."""
    letters = int((width - 2 * PADDING) / LETTER)
    return wrap(text, letters, subsequent_indent=indent, break_on_hyphens=False)


def height(lines: list[str]) -> float:
    """Give the height of a box; none is drawn for no lines."""
    return len(lines) * LINE + 2 * PADDING if lines else 0


def row_tops(columns: list[dict], start: float) -> tuple[dict[str, float], float]:
    """Give the top of each row of boxes, shared by all columns, and their end."""
    tops = {}
    for stage in ("named", "left out", "kept"):
        tops[stage] = start
        tallest = max(height(boxes[stage]) for boxes in columns)
        start += tallest + GAP if tallest else 0
    return tops, start


def canvas(width: float, body: float, *, header: bool) -> Axes:
    """Give axes in millimetres, y down, below the room for a title."""
    whole = body + (HEADER if header else 0)
    figure = Figure(figsize=(width * MILLIMETRES, whole * MILLIMETRES))
    axes = figure.add_axes((0, 0, 1, body / whole))
    axes.set(xlim=(0, width), ylim=(body, 0))
    axes.axis("off")
    return axes


def draw_column(axes: Axes, column: Column) -> None:
    """Draw the boxes of a column and the arrows between them."""
    boxes, tops = column.boxes, column.tops
    if boxes["named"]:
        start = tops["named"] + height(boxes["named"])
        draw_arrow(axes, (column.spine, start), (column.spine, tops["kept"]))
    if boxes["left out"]:
        branch = tops["left out"] + height(boxes["left out"]) / 2
        draw_arrow(axes, (column.spine, branch), (column.left + INDENT, branch))
    for stage, lines in boxes.items():
        side = INDENT if stage == "left out" else 0
        corner = (column.left + side, tops[stage])
        draw_box(axes, lines, corner, column.width - side)


def draw_join(axes: Axes, columns: list[Column], study: Column) -> None:
    """Draw the lines from what each cohort keeps to the study."""
    join = study.tops["named"] - GAP / 2
    for column in columns:
        bottom = column.tops["kept"] + height(column.boxes["kept"])
        axes.plot([column.spine] * 2, [bottom, join], color=INK, lw=1)
    axes.plot([columns[0].spine, columns[-1].spine], [join] * 2, color=INK, lw=1)
    draw_arrow(axes, (study.spine, join), (study.spine, study.tops["kept"]))


def draw_arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Draw an arrow."""
    line = {"arrowstyle": "-|>", "color": INK, "lw": 1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=line)


def draw_box(
    axes: Axes, lines: list[str], corner: tuple[float, float], width: float
) -> None:
    """Draw lines of text in a box, the first in bold; no box without lines."""
    left, top = corner
    if lines:
        look = {"facecolor": SHADE, "edgecolor": INK, "linewidth": 0.8}
        axes.add_patch(Rectangle(corner, width, height(lines), **look))
    for place, line in enumerate(lines):
        axes.text(
            left + PADDING,
            top + PADDING + (place + 0.5) * LINE,
            line,
            fontsize=FONT,
            fontweight="normal" if place else "bold",
            va="center_baseline",
        )
