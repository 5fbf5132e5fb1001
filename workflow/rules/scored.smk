def predictions_shown(kind, name):
    """Predictions that a table or figure of any study needs."""

    def predictions(wildcards):
        return shown_in(wildcards.study, kind, name)(wildcards)

    return predictions


def rows_shown(kind, name):
    """What a table or figure of any study shows, and under which words."""
    return lambda wildcards: rows_of(wildcards.study, wildcards.variant, kind, name)


def positive_at(wildcards):
    """The positive class of the study at hand; None where it has no such class."""
    return study_of(wildcards).get("positive")


def outcomes_at(wildcards):
    """The classes that are scored against the rest: the positive one, or each."""
    positive = positive_at(wildcards)
    return classes_at(wildcards) if positive is None else [positive]


def scoring_at(wildcards):
    """How the variant at hand is scored."""
    return settings(wildcards.study, wildcards.variant)["scoring"]
