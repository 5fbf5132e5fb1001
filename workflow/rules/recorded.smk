import shutil
import subprocess


def git(*arguments):
    """What git says of the workflow's folder; None without git or a repository."""
    program = shutil.which("git")
    if program is None:
        return None
    command = [program, "--no-optional-locks", "-C", workflow.basedir, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else None


def commit_at(wildcards):
    """The commit that is checked out; None where the workflow belongs to none.

    A copy without its history may lie in a folder of somebody else's repository.
    """
    tracked = git("ls-files", "--error-unmatch", "Snakefile")
    return None if tracked is None else git("rev-parse", "HEAD")


def is_clean(wildcards):
    """Whether all that can change a number is as the commit has it, or None."""
    if commit_at(wildcards) is None:
        return None
    parts = ["Snakefile", "config.yaml", "workflow", "scripts", "envs"]
    return git("status", "--porcelain", "--", *parts) == ""


def settings_recorded():
    """What runs and how, but for no folder's whole path."""
    sections = ["limits", "stripping", "probes", "intervals", "calibration", "failures"]
    sections += ["operating_point", "scale", "demo"]
    return {
        **{name: config.get(name) for name in sections},
        "hardware": DEVICE,
        "cohorts": {
            name: {"reader": cohort["reader"], "folder": Path(cohort["folder"]).name}
            for name, cohort in COHORTS.items()
        },
        "studies": {
            study: {variant: experiments_of(study, variant) for variant in variants}
            for study, variants in STUDY_VARIANTS.items()
        },
    }


def costs_recorded(wildcards):
    """What every training took."""
    return [cost["file"] for study in STUDIES for cost in costs_of(study)]


def shown_in_report(*endings):
    """The files of these kinds that the page shows, and the tables it compares."""

    def files(wildcards):
        shown = report_files(wildcards)
        for study in STUDIES:
            shown += tables_of_study(Wildcards(study=study))
        return [file for file in dict.fromkeys(shown) if file.endswith(endings)]

    return files


def makers_of(files):
    """The jobs that make files, where Snakemake has planned any."""
    makers = {file: job for job in workflow.dag.jobs for file in job.output}
    return [makers[file] for file in files if file in makers]


def jobs_before(jobs):
    """Jobs, and all that Snakemake has planned before them, done or not."""
    found, waiting = set(), list(jobs)
    while waiting:
        job = waiting.pop()
        if job not in found:
            found.add(job)
            waiting += workflow.dag.job_dependencies(job)
    return found


def files_recorded(wildcards, input):
    """The inputs at hand, and all tables and figures they come from.

    Parts of a table, chunk by chunk or run by run, are not among them.
    """
    whole = [
        job
        for job in jobs_before(makers_of(input))
        if not {"chunk", "fold"} & set(job.wildcards_dict)
    ]
    files = {str(file) for job in whole for file in job.output}
    kinds = (".csv", ".svg", ".pdf")
    return sorted({file for file in files if file.endswith(kinds)} | {str(input.run)})


def cohorts_recorded(wildcards):
    """Title, licence and citation of each cohort that a study uses."""
    return {name: about_cohort(Wildcards(cohort=name)) for name in USED}


def origins_of_tables(wildcards, input):
    """How each table at hand is made, read from the jobs that Snakemake planned."""
    jobs = zip(input.tables, makers_of(input.tables), strict=True)
    return [origin_of(str(table), job) for table, job in jobs]


def origin_of(table, job):
    """The rule, inputs and params of a table, and the trainings it rests on."""
    trainings = [j for j in jobs_before([job]) if j.rule.name == "train"]
    return {
        "table": table,
        "rule": job.rule.name,
        "about": job.rule.docstring,
        "environment": Path(job.rule.conda_env).name,
        "inputs": sorted({str(file) for file in job.input}),
        "params": dict(job.params.items()),
        "costs": sorted(str(training.output.cost) for training in trainings),
        "settings": sorted({settings_beside(training) for training in trainings}),
    }


def settings_beside(training):
    """The merged settings of the variant that a training belongs to."""
    study, variant = (training.wildcards_dict[key] for key in ("study", "variant"))
    return f"results/{study}/{variant}/settings.yaml"


def verified_against(wildcards):
    """The folder or record that the results are compared with; None for their own."""
    against = config["verify"]["against"]
    return against and settings_of.expand_folder(against, "verify.against")
