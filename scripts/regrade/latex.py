"""Tables in LaTeX."""

import pandas as pd

LATEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"±": r"$\pm$", "–": "--", "−": "$-$", "|": r"\textbar{}"}
)


def latex(frame: pd.DataFrame, heading: str, caption: str, *, long: bool) -> str:
    """Write a LaTeX table, its index as the first column; it needs booktabs.

    Parameters
    ----------
    long : over several pages, for which it needs longtable, with columns that break
        their lines
    """
    whole = frame.rename_axis(heading).reset_index()
    safe = whole.map(lambda text: text.translate(LATEX))
    safe = safe.rename(columns=lambda text: text.translate(LATEX))
    return safe.to_latex(
        index=False,
        escape=False,
        caption=caption.translate(LATEX),
        column_format=(f"p{{{0.85 / safe.shape[1]:.2f}\\linewidth}}" if long else "l")
        * safe.shape[1],
        longtable=long,
        **({} if long else {"position": "htbp"}),
    )
