"""What a leak probe asks: which of two classes, or of two cohorts, a subject is of."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pandas as pd


@dataclass(frozen=True)
class Question:
    """Which of a pair a subject is of, asked of all subjects or of some.

    Attributes
    ----------
    target : column of the table `splits` that is asked for, ``class`` or ``source``
    pair : its two values; the second counts as positive
    within : value of the other column that subjects must have; None: any
    confounded : whether the pair differs in more than what is asked by the study's
        design, a class being taken from other cohorts than the other
    """

    target: str
    pair: tuple[str, str]
    within: str | None
    confounded: bool

    @property
    def words(self) -> str:
        """The question in words."""
        place = f"within {self.within}" if self.within else "all cohorts"
        return f"{self.pair[0]} or {self.pair[1]}, {place}"

    def asked(self, subjects: pd.DataFrame) -> pd.DataFrame:
        """Give the subjects that are asked, with a column ``truth``.

        Parameters
        ----------
        subjects : columns class and source
        """
        other = {"class": "source", "source": "class"}[self.target]
        chosen = subjects[self.target].isin(self.pair)
        if self.within is not None:
            chosen &= subjects[other] == self.within
        asked = subjects[chosen]
        return asked.assign(truth=(asked[self.target] == self.pair[1]).to_numpy(bool))


def questions_of_classes(
    subjects: pd.DataFrame, classes: list[str]
) -> Iterator[Question]:
    """Ask for each pair of classes within each cohort that has both.

    Where a cohort has but one of them, all cohorts are asked, too: there the class may
    be told by the cohort, which is no more than the study's design.

    Parameters
    ----------
    subjects : columns class and source
    """
    counts = pd.crosstab(subjects["source"], subjects["class"])
    for pair in combinations([name for name in classes if name in counts], 2):
        there = counts[list(pair)] > 0
        for source in counts.index[there.all(axis=1)]:
            yield Question("class", pair, source, confounded=False)
        if (there.sum(axis=1) == 1).any():
            yield Question("class", pair, None, confounded=True)


def questions_of_pairs(
    subjects: pd.DataFrame, classes: list[str]
) -> Iterator[Question]:
    """Ask for each pair of classes, in all cohorts together."""
    there = set(subjects["class"])
    for pair in combinations([name for name in classes if name in there], 2):
        yield Question("class", pair, None, confounded=False)


def questions_of_sources(
    subjects: pd.DataFrame, classes: list[str]
) -> Iterator[Question]:
    """Ask for each pair of cohorts within each class that both have.

    It matters where one of them lacks a class that the other has: there a network that
    knows the cohort knows something of the class.
    """
    counts = pd.crosstab(subjects["class"], subjects["source"])
    for pair in combinations(counts, 2):
        there = counts[list(pair)] > 0
        tells = bool((there.sum(axis=1) == 1).any())
        for name in classes:
            if name in counts.index and there.loc[name].all():
                yield Question("source", pair, name, confounded=tells)
