import textwrap


def in_report(kind, name, study="{study}", variant="{variant}"):
    """Where Snakemake's own report shows a table or figure, and under which words."""

    def labels(wildcards):
        words = words_of(kind, name, study.format(**dict(wildcards.items())))
        return {kind: name.replace("_", " "), "shows": words}

    return {
        "caption": f"../report/captions/{kind}.rst",
        "category": study,
        "subcategory": variant,
        "labels": labels,
    }


def words_of(kind, name, study):
    """What a table or figure shows, in short: its title, or how its caption begins."""
    titled = titles_of(study) if kind == "table" else {}
    captioned = STUDIES[study]["figures"]
    if name in titled:
        return titled[name]
    if name in captioned:
        words = captioned[name]["caption"].split(" (")[0].split(". ")[0]
        return textwrap.shorten(words, 100, placeholder=" …")
    return name.replace("_", " ")


def titles_of(study):
    """The titles of all tables of a study."""
    parts = layouts_of(study) | {"probes": PROBES["page"]}
    if "claims" in STUDIES[study]:
        claims = STUDIES[study]["claims"]
        parts |= {"claims": claims, "pairs": claims["more_tests"]}
    return {name: part["title"] for name, part in parts.items()}
