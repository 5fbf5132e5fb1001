def claims_in(study, variant):
    """The claims of a study, with those pairs whose experiments run in a variant."""
    runs = set(running(STUDIES[study], variant))
    tests = [
        {"score": STUDIES[study]["score"]}
        | test
        | {"named": len(test.get("pairs", []))}
        | {"pairs": [pair for pair in test.get("pairs", []) if set(pair) <= runs]}
        for test in STUDIES[study]["claims"]["tests"]
    ]
    return [test for test in tests if test["pairs"] or "survival" in test]


def claims_at(wildcards):
    """The claims of a study that the variant at hand can test."""
    return claims_in(wildcards.study, wildcards.variant)


def pairs_in(study, variant):
    """The pairs of the claims that a variant can test."""
    return [pair for test in claims_in(study, variant) for pair in test["pairs"]]


def predictions_of_claims(wildcards):
    """The predictions of all experiments that the claims at hand name."""
    pairs = pairs_in(wildcards.study, wildcards.variant)
    names = dict.fromkeys(name for pair in pairs for name in pair)
    return predictions_of(wildcards.study, wildcards.variant, names)


def survival_of_claims(wildcards):
    """The survival of a study's patients, if a claim is about it."""
    lived = any("survival" in test for test in claims_at(wildcards))
    return [f"results/{wildcards.study}/survival.csv"] if lived else []


def printed_rows_of(study):
    """Under which items and rows a study's tables show each experiment."""
    printed = {}
    for table in STUDIES[study]["tables"].values():
        for row in table["rows"]:
            printed.setdefault(row["experiment"], []).append((row["item"], row["row"]))
    return dict(sorted(printed.items()))


def extras_of(study):
    """The tables that stand on the page as they are, variant by variant."""
    if "claims" not in STUDIES[study]:
        return []
    claims = STUDIES[study]["claims"]
    shown = {"claims": claims, "pairs": claims["more_tests"]}
    return [
        {
            "variant": variant,
            "file": f"results/{study}/{variant}/tables/{name}.csv",
            "caption": table["title"],
            "columns": table["columns"],
        }
        for variant in whole_variants(study)
        for name, table in shown.items()
        if (claims_in if name == "claims" else pairs_in)(study, variant)
    ]


def rows_of_factorial(study):
    """The variants of a study's factorial that run, the reference first; or none."""
    factorial = STUDIES[study].get("factorial", {"rows": {}})
    running = [v for v in factorial["rows"] if v in STUDY_VARIANTS[study]]
    if len(running) < 2 or factorial["reference"] not in running:
        return []
    return [{"row": factorial["rows"][v], "variant": v} for v in running]


def factorial_of(study):
    """The table of a study's factorial without its ending, if it is made."""
    if not rows_of_factorial(study):
        return []
    reference = STUDIES[study]["factorial"]["reference"]
    return [f"results/{study}/{reference}/tables/factorial"]


def factorial_settings_of(study, key):
    """What a study says of its factorial."""
    return STUDIES[study]["factorial"][key] if study in STUDIES else None


def predictions_of_factorial(study):
    """The predictions of each variant of a factorial."""

    def predictions(wildcards):
        experiments = factorial_settings_of(study, "experiments")
        rows = [
            row | {"experiment": experiment}
            for row in rows_of_factorial(study)
            for experiment in experiments
        ]
        return predictions_by_variant(study, rows)

    return predictions
