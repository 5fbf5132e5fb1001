rule prepare_volumes:
    """Whole volumes of a chunk: scaled, resampled, cut to one shape."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        subjects="results/{study}/subjects.csv",
        masks=masks_of,
        library=library("prepare_volumes"),
    output:
        array="results/{study}/volumes/{input}/{cohort}/chunk-{chunk}.npy",
        contents="results/{study}/volumes/{input}/{cohort}/chunk-{chunk}.csv",
    log:
        "results/logs/prepare_volumes/{study}/{input}/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/prepare_volumes/{study}/{input}/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        contrasts=contrasts_of,
        percentiles=lambda wildcards: input_of(wildcards)["percentiles"],
        over=lambda wildcards: input_of(wildcards)["over"],
        spacing=lambda wildcards: input_of(wildcards)["spacing"],
        interpolation=lambda wildcards: input_of(wildcards)["interpolation"],
        shape=lambda wildcards: input_of(wildcards)["shape"],
        shown=lambda wildcards: input_of(wildcards)["shown"],
        middle=lambda wildcards: input_of(wildcards)["middle"],
    script:
        "../../scripts/prepare_volumes.py"


rule extract_slices:
    """Tumour slices of a chunk: scaled, resampled, only the tumour."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        subjects="results/{study}/subjects.csv",
        masks=masks_of,
        library=library("extract_slices"),
    output:
        array="results/{study}/slices/{input}/{cohort}/chunk-{chunk}.npy",
        contents="results/{study}/slices/{input}/{cohort}/chunk-{chunk}.csv",
        areas="results/{study}/slices/{input}/{cohort}/chunk-{chunk}_areas.csv",
    log:
        "results/logs/extract_slices/{study}/{input}/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/extract_slices/{study}/{input}/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        contrasts=contrasts_of,
        percentiles=lambda wildcards: input_of(wildcards)["percentiles"],
        over=lambda wildcards: input_of(wildcards)["over"],
        spacing=lambda wildcards: input_of(wildcards)["spacing"],
        interpolation=lambda wildcards: input_of(wildcards)["interpolation"],
        shape=lambda wildcards: input_of(wildcards)["shape"],
        least_area=lambda wildcards: input_of(wildcards)["least_area"],
    script:
        "../../scripts/extract_slices.py"


rule pack_inputs:
    """The chunks of a study's input, joined into one array."""
    input:
        arrays=lambda wildcards: prepared_chunks(wildcards, "npy"),
        contents=lambda wildcards: prepared_chunks(wildcards, "csv"),
        library=library("pack_inputs"),
    output:
        array="results/{study}/inputs/{input}.npy",
        contents="results/{study}/inputs/{input}.csv",
        about="results/{study}/inputs/{input}.json",
    log:
        "results/logs/pack_inputs/{study}/{input}.log",
    benchmark:
        "results/benchmarks/pack_inputs/{study}/{input}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    script:
        "../../scripts/pack_inputs.py"
