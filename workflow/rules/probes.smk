rule read_headers:
    """What the files of a chunk tell without a look at the images."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        subjects="results/{study}/subjects.csv",
        library=library("read_headers"),
    output:
        headers="results/{study}/headers/{cohort}/chunk-{chunk}.csv",
    log:
        "results/logs/read_headers/{study}/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/read_headers/{study}/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        contrasts=header_contrasts_of,
    script:
        "../../scripts/read_headers.py"


rule probe_header:
    """Whether the grid and the brightest voxel of the files tell the class."""
    input:
        headers=headers_of,
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_header"),
    output:
        findings="results/{study}/{variant}/probes/{input}/header.csv",
    log:
        "results/logs/probe_header/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_header/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        classes=classes_at,
        permutations=PROBES["permutations"],
        seed=PROBES["seed"],
        alpha=PROBES["alpha"],
        resamples=config["intervals"]["resamples"],
        contrasts=contrasts_probed,
    script:
        "../../scripts/probe_header.py"


rule probe_background:
    """Whether what lies apart from brain or tumour tells the class."""
    input:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_background"),
    output:
        findings="results/{study}/{variant}/probes/{input}/background.csv",
    log:
        "results/logs/probe_background/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_background/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        slices=PROBES["slices"],
        cells=PROBES["corners"],
        classes=classes_at,
        permutations=PROBES["permutations"],
        seed=PROBES["seed"],
        alpha=PROBES["alpha"],
        resamples=config["intervals"]["resamples"],
        shown=shown_probed,
    script:
        "../../scripts/probe_background.py"


rule probe_outline:
    """Whether the outline of brain or tumour tells the class."""
    input:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_outline"),
    output:
        findings="results/{study}/{variant}/probes/{input}/outline.csv",
    log:
        "results/logs/probe_outline/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_outline/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        slices=PROBES["slices"],
        cells=PROBES["cells"],
        classes=classes_at,
        permutations=PROBES["permutations"],
        seed=PROBES["seed"],
        alpha=PROBES["alpha"],
        resamples=config["intervals"]["resamples"],
        shown=shown_probed,
    script:
        "../../scripts/probe_outline.py"


rule probe_source:
    """Whether the images tell the cohort, within a class."""
    input:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_source"),
    output:
        findings="results/{study}/{variant}/probes/{input}/source.csv",
    log:
        "results/logs/probe_source/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_source/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        slices=PROBES["slices"],
        cells=PROBES["cells"],
        classes=classes_at,
        permutations=PROBES["permutations"],
        seed=PROBES["seed"],
        alpha=PROBES["alpha"],
        resamples=config["intervals"]["resamples"],
    script:
        "../../scripts/probe_source.py"


rule probe_labels:
    """Whether permuted labels can be learnt."""
    input:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_labels"),
    output:
        findings="results/{study}/{variant}/probes/{input}/labels.csv",
    log:
        "results/logs/probe_labels/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_labels/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        slices=PROBES["slices"],
        cells=PROBES["cells"],
        classes=classes_at,
        permutations=PROBES["permutations"],
        seed=PROBES["seed"],
        alpha=PROBES["alpha"],
    script:
        "../../scripts/probe_labels.py"


rule probe_slices:
    """What a split by slices would give."""
    input:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_slices"),
    output:
        findings="results/{study}/{variant}/probes/{input}/slices.csv",
    log:
        "results/logs/probe_slices/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_slices/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        slices=PROBES["slices"],
        cells=PROBES["cells"],
        classes=classes_at,
        seed=PROBES["seed"],
        alpha=PROBES["alpha"],
        resamples=config["intervals"]["resamples"],
    script:
        "../../scripts/probe_slices.py"


rule probe_duplicates:
    """Whether a person is learnt and tested under two names."""
    input:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("probe_duplicates"),
    output:
        findings="results/{study}/{variant}/probes/{input}/duplicates.csv",
    log:
        "results/logs/probe_duplicates/{study}/{variant}/{input}.log",
    benchmark:
        "results/benchmarks/probe_duplicates/{study}/{variant}/{input}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        slices=PROBES["slices"],
        cells=PROBES["duplicates"]["cells"],
        least_correlation=PROBES["duplicates"]["least_correlation"],
    script:
        "../../scripts/probe_duplicates.py"


rule judge_probes:
    """The verdicts on all leak probes of a variant, beside the scores in doubt."""
    input:
        findings=findings_of,
        predictions=predictions_probed,
        splits="results/{study}/{variant}/splits.csv",
        library=library("judge_probes"),
    output:
        table=report(
            "results/{study}/{variant}/tables/probes.csv",
            **in_report("table", "probes"),
        ),
    log:
        "results/logs/judge_probes/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        inputs=inputs_of_findings,
        experiments=experiments_of_inputs,
        level=PROBES["level"],
        scope=SCOPE,
    script:
        "../../scripts/judge_probes.py"
