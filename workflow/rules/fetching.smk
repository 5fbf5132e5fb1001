localrules:
    fetch,
    fetch_file,
    fetch_faspex,
    fetch_synapse,
    unpack_archive,


rule fetch:
    """All that can be fetched: the cohorts that are switched on, and the weights."""
    input:
        fetched,


rule fetch_file:
    """One file over https into the user's folder, whole or not at all."""
    output:
        record="results/fetched/{cohort}/{file}.json",
    log:
        "results/logs/fetch_file/{cohort}/{file}.log",
    wildcard_constraints:
        file="[^/]+",
    conda:
        "../../envs/network.yaml"
    params:
        file=file_of,
        folder=fetched_folder_of,
        patience=FETCH["http"],
    script:
        "../../scripts/fetch_file.py"


rule unpack_archive:
    """A fetched archive into a folder beside it."""
    input:
        record="results/fetched/{cohort}/{file}.json",
    output:
        record="results/fetched/{cohort}/unpacked/{file}.json",
    log:
        "results/logs/unpack_archive/{cohort}/{file}.log",
    wildcard_constraints:
        file="[^/]+",
    conda:
        "../../envs/network.yaml"
    params:
        file=file_of,
        folder=fetched_folder_of,
    script:
        "../../scripts/unpack_archive.py"


rule fetch_faspex:
    """A package of the Cancer Imaging Archive into the user's folder."""
    output:
        record="results/fetched/{cohort}/faspex/{package}.json",
    log:
        "results/logs/fetch_faspex/{cohort}/{package}.log",
    wildcard_constraints:
        package="[0-9]+",
    conda:
        "../../envs/network.yaml"
    params:
        link=lambda wildcards: link_of(wildcards.cohort),
        folder=fetched_folder_of,
        package=lambda wildcards: int(wildcards.package),
        wanted=package_of,
        aspera=FETCH["aspera"],
        patience=FETCH["http"],
    script:
        "../../scripts/fetch_faspex.py"


rule fetch_synapse:
    """A folder of Synapse into the user's folder, through its own client."""
    output:
        record="results/fetched/{cohort}/synapse/{synapse}.json",
    log:
        "results/logs/fetch_synapse/{cohort}/{synapse}.log",
    wildcard_constraints:
        synapse="syn[0-9]+",
    conda:
        "../../envs/synapse.yaml"
    params:
        synapse="{synapse}",
        folder=fetched_folder_of,
    script:
        "../../scripts/fetch_synapse.py"


rule unpack_cohort:
    """A cohort that the user has as one archive."""
    input:
        archive=archive_of,
        library=library("unpack_cohort"),
    output:
        folder=directory("results/unpacked/{cohort}"),
    log:
        "results/logs/unpack_cohort/{cohort}.log",
    conda:
        "../../envs/network.yaml"
    resources:
        runtime=240,
    script:
        "../../scripts/unpack_cohort.py"
