def claims_in(study, variant):
    """The claims of a study, with those pairs whose experiments run in a variant."""
    runs = set(running(STUDIES[study], variant))
    tests = [
        test
        | {"named": len(test.get("pairs", []))}
        | {"pairs": [pair for pair in test.get("pairs", []) if set(pair) <= runs]}
        for test in STUDIES[study]["claims"]["tests"]
    ]
    return [test for test in tests if test["pairs"] or "survival" in test]


def claims_at(study):
    """The claims of a study that the variant at hand can test."""
    return lambda wildcards: claims_in(study, wildcards.variant)


def predictions_of_claims(study):
    """The predictions of all experiments that the claims at hand name."""

    def predictions(wildcards):
        tests = claims_in(study, wildcards.variant)
        pairs = [pair for test in tests for pair in test["pairs"]]
        names = dict.fromkeys(name for pair in pairs for name in pair)
        return predictions_of(study, wildcards.variant, names)

    return predictions


def survival_of_claims(study):
    """The survival of a study's patients, if a claim is about it."""

    def survival(wildcards):
        tests = claims_in(study, wildcards.variant)
        return [
            f"results/{study}/survival.csv" for test in tests if "survival" in test
        ][:1]

    return survival


def printed_rows_of(study):
    """Under which item and row a paper prints each experiment, where it first does."""
    rows = [row for table in STUDIES[study]["tables"].values() for row in table["rows"]]
    printed = {row["experiment"]: (row["item"], row["row"]) for row in reversed(rows)}
    return dict(sorted(printed.items()))


def claim_settings_of(study, key):
    """What a study says of all its claims."""
    return STUDIES[study]["claims"][key] if study in STUDIES else None


def extras_of(study):
    """The tables that stand on the page as they are, variant by variant."""
    if "claims" not in STUDIES[study]:
        return []
    return [
        {
            "variant": variant,
            "file": f"results/{study}/{variant}/tables/claims.csv",
            "caption": claim_settings_of(study, "title"),
            "columns": claim_settings_of(study, "columns"),
        }
        for variant in whole_variants(study)
        if claims_in(study, variant)
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
