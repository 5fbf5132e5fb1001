"""Readers of cohorts: each knows how one cohort's owners lay it out.

A reader is a module with ``LAYOUT``, a phrase on the files it looks for, and
``read(folder, images)``. That gives two tables: the subjects that can be used, one row
each, indexed by name, with the columns of the schema `found` that the cohort knows; and
the rows of the schema `problems`. With ``images=False`` only the clinical table is
there, and the subjects come from it.

Names of subjects and patients hold across cohorts: who has the same name in two, or the
other's name among `other_ids`, is one person. The readers in ``LOCAL_NAMES`` meet names
as `sub-01`, somebody else elsewhere; the cohort's name is put before those.

A further cohort costs a module here and an entry in ``READERS``.
"""

from regrade.cohorts import (
    bids,
    brats2019,
    brats2020,
    brats2021,
    brats2023,
    ixi,
    msd_task01,
    sheet,
    ucsf_pdgm,
    upenn_gbm,
    utsw_glioma,
)

READERS = {
    "bids": bids,
    "brats2019": brats2019,
    "brats2020": brats2020,
    "brats2021": brats2021,
    "brats2023": brats2023,
    "ixi": ixi,
    "msd_task01": msd_task01,
    "sheet": sheet,
    "ucsf_pdgm": ucsf_pdgm,
    "upenn_gbm": upenn_gbm,
    "utsw_glioma": utsw_glioma,
}

LOCAL_NAMES = ("bids", "sheet")
