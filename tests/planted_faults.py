"""Tables of true scores of random matrices, and the same tables with one fault each.

``python tests/planted_faults.py 1000 100`` prints how often 1,000 clean tables are
accused and how often 100 with each fault are; the rates stand in docs/audit.md.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from regrade.audit.claims import audit  # noqa: E402
from regrade.audit.printed import HOLDS, UNKNOWN, Cell, Printed, printed  # noqa: E402
from regrade.metrics import class_scores  # noqa: E402

TITLES = {"accuracy": "Acc", "mean": "APCA", "sensitivity": "SEN", "specificity": "SPE"}
NAMES = ("A", "B", "C")
EVERYONE = np.array([73, 259, 259])
TESTED, FOLDS, DIGITS = 177, 3, 4
Texts = dict[Cell, tuple[str, str, str]]


def text(value: float) -> str:
    return f"{value:.{DIGITS}f}"


def cells_of(texts: Texts) -> dict[Cell, Printed]:
    return {place: printed(*parts) for place, parts in texts.items()}


def two_class_table(generator: np.random.Generator, rows: int = 5) -> Texts:
    """Print true scores for 80 to 150 positives and 30 to 60 negatives."""
    positives, negatives = generator.integers([80, 30], [151, 61])
    texts = {
        ("counts", "all", "P"): (str(positives), "count", ""),
        ("counts", "all", "N"): (str(negatives), "count", ""),
    }
    for row in range(rows):
        tp = generator.integers(positives // 2, positives + 1)
        tn = generator.integers(negatives // 2, negatives + 1)
        fp, fn = negatives - tn, positives - tp
        pairs = positives * negatives
        area = generator.integers(tp * tn, pairs - fn * fp + 1) / pairs
        scores = {
            "AUC": area,
            "Acc": (tp + tn) / (positives + negatives),
            "APCA": (tp / positives + tn / negatives) / 2,
            "SEN": tp / positives,
            "SPE": tn / negatives,
            "PPV": tp / max(tp + fp, 1),
            "NPV": tn / max(tn + fn, 1),
            "low": tp * tn / pairs,
        }
        for column, value in scores.items():
            texts["Table", f"row {row}", column] = (text(value), "fraction", "")
    return texts


def two_class_claims() -> list[dict]:
    classes = {"pos": ["counts", "all", "P"], "neg": ["counts", "all", "N"]}
    common = {"item": "Table", "items": ["Table"], "area": "AUC", "classes": classes}
    rows = {"check": "two_class_rows", "claim": "rows", "positive": "pos"}
    grid = {"check": "areas_on_grid", "claim": "areas"}
    return [common | rows | {"columns": TITLES}, common | grid]


def changed_digit(
    number: tuple[str, str, str], generator: np.random.Generator
) -> tuple[str, str, str]:
    """Change one digit after the point, by any amount."""
    digits = list(number[0])
    at = generator.integers(2, len(digits))
    digits[at] = str((int(digits[at]) + generator.integers(1, 10)) % 10)
    return "".join(digits), *number[1:]


def swapped_columns(texts: Texts, _: np.random.Generator) -> Texts:
    """SEN under SPE and the other way round, in all rows."""
    exchanged = {"SEN": "SPE", "SPE": "SEN"}
    return {(i, r, exchanged.get(c, c)): text for (i, r, c), text in texts.items()}


def predictive_values(texts: Texts, _: np.random.Generator, rows: int = 5) -> Texts:
    """PPV and NPV under SEN and SPE, and their mean under APCA."""
    faulty = dict(texts)
    for row in [f"row {number}" for number in range(rows)]:
        ppv, npv = (texts["Table", row, column] for column in ("PPV", "NPV"))
        faulty["Table", row, "SEN"], faulty["Table", row, "SPE"] = ppv, npv
        mean = (float(ppv[0]) + float(npv[0])) / 2
        faulty["Table", row, "APCA"] = (text(mean), "fraction", "")
    return faulty


def one_row_of_predictive_values(texts: Texts, generator: np.random.Generator) -> Texts:
    """Do the same in one row only."""
    return predictive_values(texts, generator, rows=1)


def impossible_area(texts: Texts, generator: np.random.Generator) -> Texts:
    """Print an AUC of whole pairs, below what the operating point allows."""
    pairs = int(texts["counts", "all", "P"][0]) * int(texts["counts", "all", "N"][0])
    least = int(float(texts["Table", "row 0", "low"][0]) * pairs)
    area = generator.integers(0, max(least - 1, 1)) / pairs
    return texts | {("Table", "row 0", "AUC"): (text(area), "fraction", "")}


def digit_of_a_score(texts: Texts, generator: np.random.Generator) -> Texts:
    """One digit of Acc, APCA, SEN or SPE of one row."""
    place = ("Table", "row 0", str(generator.choice(list(TITLES.values()))))
    return texts | {place: changed_digit(texts[place], generator)}


def digit_of_an_area(texts: Texts, generator: np.random.Generator) -> Texts:
    """One digit of an AUC."""
    place = ("Table", "row 0", "AUC")
    return texts | {place: changed_digit(texts[place], generator)}


def class_table(generator: np.random.Generator, scoring: str = "right") -> Texts:
    """Print means over three random test sets of a network for three classes."""
    wrong = [
        0.4 * generator.random() * generator.dirichlet([1, 1, 1])[:2] for _ in NAMES
    ]
    chances = [
        np.roll([1 - part.sum(), *part], number) for number, part in enumerate(wrong)
    ]
    folds, shares = [], []
    for _ in range(FOLDS):
        counts = generator.multivariate_hypergeometric(EVERYONE, TESTED)
        matrix = np.array(
            [
                generator.multinomial(n, generator.dirichlet(60 * p + 0.001))
                for n, p in zip(counts, chances, strict=True)
            ]
        )
        scores = class_scores(matrix, scoring=scoring)
        accuracy = np.trace(matrix) / matrix.sum()
        weighted = np.average(scores["F1"], weights=counts)
        folds.append(scores | {"accuracy": accuracy, "weighted": weighted})
        shares.append(matrix / counts[:, None])
    return printed_folds(folds, np.mean(shares, axis=0))


def printed_folds(folds: list[dict], shares: np.ndarray) -> Texts:
    texts = {}
    for number, name in enumerate(NAMES):
        texts["counts", "all", name] = (str(EVERYONE[number]), "count", "")
        for score in ("Precision", "Recall", "Specificity", "F1"):
            values = np.array([fold[score][number] for fold in folds])
            sd = f"{values.std(ddof=1):.3f}" if score == "F1" else ""
            texts["Table", name, score] = (text(values.mean()), "fraction", sd)
        for other, share in zip(NAMES, shares[number], strict=True):
            texts["Matrix", name, other] = (text(share), "fraction", "")
    macro = np.mean([fold["F1"].mean() for fold in folds])
    weighted = np.mean([fold["weighted"] for fold in folds])
    accuracy = 100 * np.mean([fold["accuracy"] for fold in folds])
    texts["Table", "all", "macro"] = (text(macro), "fraction", "")
    texts["Table", "all", "weighted"] = (text(weighted), "fraction", "")
    texts["Table", "all", "accuracy"] = (f"{accuracy:.2f}", "%", "")
    texts["counts", "all", "folds"] = (str(FOLDS), "count", "")
    return texts


def class_claims(settings: dict) -> list[dict]:
    """Claim all that the audit of a study with three classes claims.

    Parameters
    ----------
    settings : limits, as the section ``given`` of its claims file has them
    """
    everyone = [["counts", "all", name] for name in NAMES]
    split = {"everyone": everyone, "folds": ["counts", "all", "folds"]}
    split |= {"parts": settings["parts"]}
    scores = {
        score: [["Table", name, score] for name in NAMES]
        for score in ("Precision", "Recall", "Specificity")
    }
    places = [[["Matrix", name, other] for other in NAMES] for name in NAMES]
    counts = {"all": everyone}
    limits = {key: settings[key] for key in ("limit", "floor", "better", "alone")}
    f1 = [["Table", name, "F1"] for name in NAMES]
    claims = [
        {"check": "class_scores", "scores": scores, "counts": counts} | limits,
        {"check": "matrix_against_scores", "places": places, "scores": scores}
        | {"counts": counts, "limit": settings["limit"]},
        {"check": "recalls_against_f1", "recall": scores["Recall"], "f1": f1}
        | {
            "counts": counts,
            "deviations": settings["f1_deviations"],
            "step": settings["step"],
        },
        {"check": "matrix_accuracy", "places": places}
        | {"accuracy": ["Table", "all", "accuracy"]}
        | {"deviations": settings["deviations"]}
        | split,
        {"check": "matrix_cells", "places": places, "chance": settings["chance"]}
        | split,
    ]
    one = {"fact": 1, "source": "alike"}
    for average, weights in {"macro": [one] * 3, "weighted": everyone}.items():
        claims += [
            {"check": "averages", "stated": [["Table", "all", average]], "parts": [f1]}
            | {"weights": {average: weights}, "fixed": average == "macro"}
        ]
    for name, count, mean in zip(NAMES, everyone, f1, strict=True):
        of_class = {"precision": ["Table", name, "Precision"], "f1": mean}
        of_class |= {"recall": ["Table", name, "Recall"], "folds": split["folds"]}
        claims += [
            {"check": "fold_means", "mean": mean, "subjects": count}
            | {"chance": settings["chance"]}
            | split,
            {"check": "f1_of_means", "steps": settings["steps"]} | of_class,
        ]
    return [
        claim | {"item": "Table", "claim": f"claim {number}"}
        for number, claim in enumerate(claims)
    ]


def recall_for_specificity(texts: Texts, _: np.random.Generator) -> Texts:
    """Recall under specificity and the other way round, in all rows."""
    exchanged = {"Recall": "Specificity", "Specificity": "Recall"}
    return {
        (i, r, exchanged.get(c, c) if i == "Table" else c): text
        for (i, r, c), text in texts.items()
    }


def digit_of_a_class_score(texts: Texts, generator: np.random.Generator) -> Texts:
    """One digit of precision, recall or specificity of a class."""
    score = str(generator.choice(["Precision", "Recall", "Specificity"]))
    place = ("Table", str(generator.choice(NAMES)), score)
    return texts | {place: changed_digit(texts[place], generator)}


def digit_of_f1(texts: Texts, generator: np.random.Generator) -> Texts:
    """One digit of a class's mean F1."""
    place = ("Table", str(generator.choice(NAMES)), "F1")
    return texts | {place: changed_digit(texts[place], generator)}


def digit_of_an_average(texts: Texts, generator: np.random.Generator) -> Texts:
    """One digit of macro F1."""
    place = ("Table", "all", "macro")
    return texts | {place: changed_digit(texts[place], generator)}


def small_cell(texts: Texts, generator: np.random.Generator) -> Texts:
    """Print a cell of less than one case, taken from the diagonal."""
    share = 0.0001 * generator.integers(1, 20)
    right, wrong = (float(texts["Matrix", "C", name][0]) for name in ("C", "A"))
    places = {"C": right + wrong - share, "A": share}
    cells = {("Matrix", "C", n): (text(v), "fraction", "") for n, v in places.items()}
    return texts | cells


TWO_CLASSES = (
    swapped_columns,
    predictive_values,
    one_row_of_predictive_values,
    impossible_area,
    digit_of_a_score,
    digit_of_an_area,
)
THREE_CLASSES = (
    recall_for_specificity,
    digit_of_a_class_score,
    digit_of_f1,
    digit_of_an_average,
    small_cell,
)
Fault = Callable[[Texts, np.random.Generator], Texts]


def accused(texts: Texts, claims: list[dict]) -> list[tuple[str, str]]:
    """Give the checks that accuse a table, with their evidence."""
    findings = audit(cells_of(texts), claims)
    guilty = findings[~findings["verdict"].isin([HOLDS, UNKNOWN])]
    return list(zip(guilty["check"], guilty["evidence"], strict=True))


def rates(
    clean: int, faulty: int, seed: int, settings: dict
) -> Iterator[tuple[str, str]]:
    """Count the tables that are accused: clean ones, and with each kind of fault."""
    generator = np.random.default_rng(seed)
    two, three = two_class_claims(), class_claims(settings)
    kinds = {
        "clean, two classes": (two, clean, two_class_table),
        "clean, three classes": (three, clean, class_table),
        "wrong_axis": (three, faulty, lambda g: class_table(g, "wrong_axis")),
    }
    for fault in TWO_CLASSES:
        kinds[fault.__name__] = (two, faulty, planted(two_class_table, fault))
    for fault in THREE_CLASSES:
        kinds[fault.__name__] = (three, faulty, planted(class_table, fault))
    for name, (claims, tries, make) in kinds.items():
        caught = sum(bool(accused(make(generator), claims)) for _ in range(tries))
        yield name, f"{caught} of {tries}"


def planted(
    make: Callable[[np.random.Generator], Texts], fault: Fault
) -> Callable[[np.random.Generator], Texts]:
    """Make tables with a fault."""
    return lambda generator: fault(make(generator), generator)


if __name__ == "__main__":
    import yaml

    file = Path(__file__).parents[1] / "workflow/published/chatterjee2022_claims.yaml"
    given = yaml.safe_load(file.read_text(encoding="utf-8"))["given"]
    for name, counted in rates(int(sys.argv[1]), int(sys.argv[2]), 2, given):
        print(f"{name}: {counted}", flush=True)
