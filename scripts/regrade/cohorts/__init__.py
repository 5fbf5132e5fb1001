"""Readers of cohorts: each knows how one cohort's owners lay it out.

A reader is a module with ``LAYOUT``, a phrase on the files it looks for, and
``read(folder, images)``. That gives two tables: the subjects that can be used, one row
each, indexed by name, with the columns of the schema `found` that the cohort knows; and
the rows of the schema `problems`. With ``images=False`` only the clinical table is
there, and the subjects come from it.

A further cohort costs a module here and an entry in ``READERS``.
"""

from regrade.cohorts import brats2019, brats2020, ixi, ucsf_pdgm

READERS = {
    "brats2019": brats2019,
    "brats2020": brats2020,
    "ixi": ixi,
    "ucsf_pdgm": ucsf_pdgm,
}
