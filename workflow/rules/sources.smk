from functools import cache
from itertools import filterfalse

from snakemake.logging import logger

from regrade.archives import is_archive
from regrade.sources import brings_images, holds_images, instructions, records_of

FETCH = config["fetch"]
try:
    SOURCES = read_yaml(FETCH["sources"])
    check(SOURCES, "sources", FETCH["sources"])
except ValueError as error:
    sys.exit(f"Regrade stopped. {error}")


def source_of(cohort):
    """What is known of a cohort's origin, or of the weights'; None of a user's own."""
    if cohort == "weights":
        return SOURCES["weights"]
    return SOURCES["cohorts"].get(COHORTS[cohort]["reader"])


def is_there(cohort):
    """Whether a cohort's folder or archive is there, or a rule makes it."""
    folder = folder_in_settings(cohort)
    return folder.startswith(DEMO) or Path(folder).is_dir() or packed(cohort)


def packed(cohort):
    """Whether a cohort is one archive, still to be unpacked."""
    folder = folder_in_settings(cohort)
    return is_archive(folder) and Path(folder).is_file()


def folder_of(wildcards):
    """Where the cohort at hand lies; if it is not there, how to get all that are not."""
    if not is_there(wildcards.cohort):
        # An exception would come with Snakemake's frames, in a dry run too.
        sys.exit("\n\n".join(map(tell_about, filterfalse(is_there, COHORTS))))
    if packed(wildcards.cohort):
        return f"results/unpacked/{wildcards.cohort}"
    return folder_in_settings(wildcards.cohort)


def tell_about(cohort):
    """What a person has to do for a cohort that is not there."""
    return instructions(cohort, source_of(cohort), folder_in_settings(cohort))


def fetched_folder_of(wildcards):
    """The user's folder into which something is fetched."""
    if wildcards.cohort == "weights":
        return WEIGHTS
    return folder_in_settings(wildcards.cohort)


def folder_in_settings(cohort):
    """A cohort's folder as config.yaml has it, be it there or not."""
    return COHORTS[cohort]["folder"]


def file_of(wildcards):
    """What is known of a file to fetch."""
    files = source_of(wildcards.cohort)["files"]
    return next(file for file in files if file["name"] == wildcards.file)


def link_of(cohort):
    """The public link to a cohort's package, or None."""
    links = FETCH["faspex"] or {}
    return links.get(cohort) or links.get(COHORTS[cohort]["reader"])


def package_of(wildcards):
    """What is wanted of the package of a cohort."""
    return source_of(wildcards.cohort)["faspex"]


def routes_to(cohort):
    """Which routes to a cohort's images are open, addresses aside."""
    token = "SYNAPSE_AUTH_TOKEN" in os.environ
    return {"faspex": bool(link_of(cohort)), "synapse": token}


def is_fetched(cohort):
    """Whether a cohort is looked for on the net: not a demo, an archive, one's own."""
    folder = folder_in_settings(cohort)
    own = source_of(cohort) is None
    return not (own or folder.startswith(DEMO) or is_archive(folder))


@cache
def tell_how_to_get(cohort):
    """Say, once, what a person has to do for a cohort whose images cannot be fetched."""
    folder, source = folder_in_settings(cohort), source_of(cohort)
    wanted = COHORTS[cohort]["images"] and not holds_images(Path(folder))
    if wanted and not brings_images(source, routes_to(cohort)):
        logger.warning(tell_about(cohort))


def fetched(wildcards):
    """The records of all that can be fetched for the settings at hand."""
    weights = [] if WEIGHTS == DEMO_WEIGHTS else SOURCES["weights"]["files"]
    records = [f"results/fetched/weights/{file['name']}.json" for file in weights]
    for cohort in filter(is_fetched, COHORTS):
        tell_how_to_get(cohort)
        records += records_of(
            cohort,
            source_of(cohort),
            folder=Path(folder_in_settings(cohort)),
            images=COHORTS[cohort]["images"] and not has_heads(cohort),
            routes=routes_to(cohort),
        )
    return records


def has_heads(cohort):
    """Whether IXI's heads lie in the folder itself, unpacked by hand."""
    return any(Path(folder_in_settings(cohort)).glob("IXI*-T1.nii*"))


def archive_of(wildcards):
    """The archive that a user gives for a cohort's folder."""
    return folder_in_settings(wildcards.cohort)
