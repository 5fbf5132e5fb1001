"""Cox models of survival with the class and what else the cohort's table tells."""

import warnings

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError, ConvergenceWarning
from lifelines.statistics import proportional_hazard_test

from regrade.logs import log_to
from regrade.tables import read_table, write_table

RESULTS = ["hazard_ratio", "low", "high", "p", "proportional_p", "concordance"]


def fit_cox(
    survival: pd.DataFrame,
    *,
    reading: str,
    covariates: list[dict],
    models: dict[str, list[str]],
    events_per_term: float,
) -> pd.DataFrame:
    """Give table `cox`: the terms of each model, all on the same patients (3A-10).

    Parameters
    ----------
    survival : table `survival`
    reading : the reading that is taken
    covariates : of each, name, label, and levels (the first present is the reference)
        or per (the step of a number, with its unit)
    models : covariates of each model
    events_per_term : deaths below which a model is not fitted
    """
    survival = survival[survival["reading"] == reading]
    known = [c["name"] for c in covariates if survival[c["name"]].notna().any()]
    complete = survival.dropna(subset=known)
    tables = [
        fit_model(
            complete, [c for c in covariates if c["name"] in names], events_per_term
        ).assign(model=model)
        for model, names in models.items()
    ]
    return pd.concat(tables, ignore_index=True).assign(
        patients=len(complete),
        events=int(complete["died"].sum()),
        left_out=len(survival) - len(complete),
    )


def fit_model(
    patients: pd.DataFrame, covariates: list[dict], events_per_term: float
) -> pd.DataFrame:
    """Fit a model; say of each term that has no hazard ratio why."""
    reasons = {c["name"]: why_left_out(patients, c) for c in covariates}
    silent = [
        {"covariate": c["name"], "term": c["label"], "reason": reasons[c["name"]]}
        for c in covariates
        if reasons[c["name"]]
    ]
    used = [c for c in covariates if not reasons[c["name"]]]
    parts = {c["name"]: terms_of(patients, c) for c in used}
    tables = [pd.DataFrame(silent)]
    if parts:
        terms = pd.concat(list(parts.values()), axis=1)
        results, reason = estimate(patients, terms, events_per_term)
        owners = [name for name, part in parts.items() for _ in part]
        results = results.assign(covariate=owners, reason=reason)
        tables.insert(0, results.rename_axis("term").reset_index())
    table = pd.concat(tables, ignore_index=True)
    return table.reindex(columns=["covariate", "term", *RESULTS, "reason"])


def why_left_out(patients: pd.DataFrame, covariate: dict) -> str:
    """Say why a covariate cannot tell patients apart; nothing if it can."""
    values = patients[covariate["name"]].dropna().unique()
    if len(values) == 0:
        return "not known of any patient"
    return f"the same in all patients: {values[0]}" if len(values) == 1 else ""


def terms_of(patients: pd.DataFrame, covariate: dict) -> pd.DataFrame:
    """Give a covariate's columns: a number by its step, or its levels but one."""
    values, label = patients[covariate["name"]], covariate["label"]
    if "per" in covariate:
        name = f"{label}, per {covariate['per']:g} {covariate['unit']}"
        return pd.DataFrame({name: values / covariate["per"]})
    unknown = set(values) - set(covariate["levels"])
    if unknown:
        raise ValueError(
            f"The column {covariate['name']} of the survival table holds "
            f"{sorted(unknown)}; survival.cox.covariates names {covariate['levels']}."
        )
    reference, *levels = [x for x in covariate["levels"] if values.eq(x).any()]
    return pd.DataFrame(
        {f"{label}: {x} against {reference}": values.eq(x) for x in levels}
    )


def estimate(
    patients: pd.DataFrame, terms: pd.DataFrame, events_per_term: float
) -> tuple[pd.DataFrame, str]:
    """Give hazard ratios, or none and the reason.

    Proportional hazards are tested by the scaled Schoenfeld residuals against the rank
    of the times.
    """
    empty = pd.DataFrame(np.nan, index=terms.columns, columns=RESULTS)
    events = int(patients["died"].sum())
    if events < events_per_term * len(terms.columns):
        few = f"{events} deaths for {len(terms.columns)} terms"
        return empty, f"{few}, fewer than {events_per_term:g} a term"
    design = terms.assign(months=patients["months"], died=patients["died"])
    design = design.astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model = CoxPHFitter().fit(design, "months", "died")
        # Separated or collinear: the table says so in place of a ratio.
        except (ConvergenceError, ConvergenceWarning) as error:
            return empty, f"no stable fit: {str(error).strip().splitlines()[0]}"
    return results_of(model, design), ""


def results_of(model: CoxPHFitter, design: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of RESULTS, one row a term."""
    test = proportional_hazard_test(model, design, time_transform="rank")
    summary = model.summary
    return pd.DataFrame(
        {
            "hazard_ratio": summary["exp(coef)"],
            "low": summary["exp(coef) lower 95%"],
            "high": summary["exp(coef) upper 95%"],
            "p": summary["p"],
            "proportional_p": test.summary["p"],
            "concordance": model.concordance_index_,
        }
    ).reindex(summary.index)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    cox = fit_cox(
        read_table(snakemake.input.survival, "survival"),
        reading=snakemake.params.reading,
        covariates=snakemake.params.covariates,
        models=snakemake.params.models,
        events_per_term=snakemake.params.events_per_term,
    )
    write_table(cox, snakemake.output.cox, "cox")
