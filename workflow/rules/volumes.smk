rule strip_skulls:
    """The brain of each subject of a chunk, as a mask on its image's grid."""
    input:
        folder=ancient(folder_of),
        subjects="results/{study}/subjects.csv",
        library=library("strip_skulls"),
    output:
        masks=directory("results/{study}/brain_masks/{cohort}/chunk-{chunk}"),
    log:
        "results/logs/strip_skulls/{study}/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/strip_skulls/{study}/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        folder=folder_of,
        cohort="{cohort}",
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        contrasts=first_contrast_of,
        method=config["stripping"],
    script:
        "../../scripts/strip_skulls.py"
