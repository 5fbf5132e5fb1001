"""Look-alikes of cohorts' folders, their images empty files: names and tables only."""

from pathlib import Path

MAPPING = "Grade,BraTS_2017_subject_ID,BraTS_2018_subject_ID,TCGA_TCIA_subject_ID,"
MAPPING_2019 = f"""{MAPPING}BraTS_2019_subject_ID
HGG,Brats17_CBICA_AAB_1,Brats18_CBICA_AAB_1,NA,BraTS19_CBICA_AAB_1
HGG,Brats17_TCIA_425_1,Brats18_TCIA01_425_1,TCGA-02-0006,BraTS19_TCIA01_425_1
LGG,Brats17_2013_0_1,Brats18_2013_0_1,NA,BraTS19_2013_0_1
LGG,NA,NA,NA,BraTS19_TMC_06290_1
"""
SURVIVAL_2019 = """BraTS19ID,Age,Survival,ResectionStatus
BraTS19_TCIA01_425_1,56.5,558,NA
BraTS19_CBICA_AAB_1,60.25,ALIVE (361 days later),GTR
BraTS19_2013_0_1,NA,NA,NA
"""
MAPPING_2020 = f"""{MAPPING}BraTS_2019_subject_ID,BraTS_2020_subject_ID
HGG,Brats17_CBICA_AAB_1,Brats18_CBICA_AAB_1,NA,BraTS19_CBICA_AAB_1,BraTS20_Training_001
LGG,Brats17_TCIA_637_1,Brats18_TCIA10_637_1,TCGA-DU-A6S8,BraTS19_TCIA10_637_1,BraTS20_Training_260
HGG,NA,NA,NA,NA,BraTS20_Training_355
"""
SURVIVAL_2020 = """Brats20ID,Age,Survival_days,Extent_of_Resection
BraTS20_Training_001,60.25,ALIVE (361 days later),GTR
"""
UCSF_HEADER = (
    "ID,Sex,Age at MRI,WHO CNS Grade,Final pathologic diagnosis (WHO 2021),MGMT status,"
    "MGMT index,1p/19q,IDH,1-dead 0-alive,OS,EOR,Biopsy prior to imaging,BraTS21 ID,"
    "BraTS21 Segmentation Cohort,BraTS21 MGMT Cohort\n"
)
UCSF_V5 = (
    f"\ufeff{UCSF_HEADER}"
    'UCSF-PDGM-004,M,66,4,"Glioblastoma, IDH-wildtype",indeterminate,unknown,unknown,'
    "wildtype,1,1303,STR,No,BraTS2021_00097,Training,Training\n"
    'UCSF-PDGM-010,F,31,2,"Astrocytoma, IDH-mutant",unknown,unknown,intact,'
    "mutated (NOS),0,,biopsy,No,,,\n"
    'UCSF-PDGM-391,F,59,4,"Glioblastoma, IDH-wildtype",positive,5,unknown,'
    "unknown,0,711,GTR,No,,,\n"
    'UCSF-PDGM-0391_FU016d,F,59,4,"Glioblastoma, IDH-wildtype",positive,5,unknown,'
    "unknown,0,711,GTR,No,,,\n"
)
UCSF_V2 = UCSF_V5.replace("0391_FU016d", "289").replace("unknown", "")
UCSF_SUFFIXES = ("T1", "T1c", "T2", "FLAIR", "tumor_segmentation")
IXI_TABLE = """IXI_ID,"SEX_ID (1=m, 2=f)",HEIGHT,AGE
2,2,164,35.75
12,1,175,0
237,2,167,78.5
237,2,0,78.5
328,2,155,61.5
328,1,0,62
"""


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def brats_case(folder: Path, *, ending: str, mask: str = "seg") -> None:
    for name in ("t1", "t1ce", "t2", "flair", mask):
        touch(folder / f"{folder.name}_{name}{ending}")


def ucsf_case(folder: Path, number: str) -> None:
    for suffix in (*UCSF_SUFFIXES, "T1_bias", "T1c_bias", "brain_segmentation"):
        touch(
            folder / f"UCSF-PDGM-{number}_nifti" / f"UCSF-PDGM-{number}_{suffix}.nii.gz"
        )


def write_brats2019(folder: Path) -> None:
    root = folder / "Training" / "Training"
    brats_case(root / "HGG" / "BraTS19_CBICA_AAB_1", ending=".nii.gz")
    brats_case(root / "HGG" / "BraTS19_TCIA01_425_1", ending=".nii")
    brats_case(root / "LGG" / "BraTS19_2013_0_1", ending=".nii.gz")
    brats_case(root / "LGG" / "BraTS19_TMC_06290_1", ending=".nii.gz")
    brats_case(folder / "Validation" / "BraTS19_CBICA_AAM_1", ending=".nii.gz")
    (root / "name_mapping.csv").write_text(MAPPING_2019)
    (root / "survival_data.csv").write_text(SURVIVAL_2019)


def write_brats2020(folder: Path) -> None:
    for number in ("001", "260"):
        brats_case(folder / f"BraTS20_Training_{number}", ending=".nii.gz")
    last = folder / "BraTS20_Training_355"
    brats_case(last, ending=".nii")
    (last / "BraTS20_Training_355_seg.nii").rename(last / "W39_1998.09.19_Segm.nii")
    (folder / "name_mapping.csv").write_text(MAPPING_2020)
    (folder / "survival_info.csv").write_text(SURVIVAL_2020)


def write_ucsf_pdgm(folder: Path) -> None:
    root = folder / "PKG - UCSF-PDGM Version 5" / "UCSF-PDGM-v5"
    for number in ("0004", "0010", "0391", "0391_FU016d"):
        ucsf_case(root, number)
    (folder / "UCSF-PDGM-metadata_v5.csv").write_text(UCSF_V5)


def write_ixi(folder: Path) -> None:
    for name in (
        "IXI002-Guys-0828",
        "IXI012-HH-1211",
        "IXI237-IOP-1049",
        "IXI328-Guys-0889",
    ):
        touch(folder / "IXI-T1" / f"{name}-T1.nii.gz")
    touch(folder / "masks" / "IXI002-Guys-0828-T1.nii.gz")
    (folder / "IXI.csv").write_text(IXI_TABLE)
