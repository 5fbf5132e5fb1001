"""Look-alikes of cohorts' folders, their images empty files: names and tables only."""

import json
from pathlib import Path

import pandas as pd

MAPPING = "Grade,BraTS_2017_subject_ID,BraTS_2018_subject_ID,TCGA_TCIA_subject_ID,"
MAPPING_2019 = f"""\ufeff{MAPPING}BraTS_2019_subject_ID
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
# The cases 00000 and 00097 of 2021 are the patients TCGA-02-0006 and UCSF-PDGM-0004.
COLLECTIONS_2021 = [
    ("TCGA-GBM", 4, "TCGA-02-0006", "BraTS2021_00000", "Training"),
    ("UCSF-PDGM", 18, 4, "BraTS2021_00097", "Training"),
    ("UCSF-PDGM", 18, 138, "BraTS2021_00557", "Training"),
    ("UPENN-GBM", 1, "UPENN-GBM-00001_11", "BraTS2021_00002", "Training"),
    ("TCGA-LGG", 5, "TCGA-DU-A6S8", "BraTS2021_00003", "Training"),
    ("IvyGAP", 6, 39, "BraTS2021_00005", "Training"),
    ("Collection 5", 5, "new-not-previously-in-TCIA", "BraTS2021_00006", "Training"),
    ("UPENN-GBM", 1, "UPENN-GBM-00009_11", "BraTS2021_00001", "Validation"),
    ("UPENN-GBM", 1, "UPENN-GBM-00010_11", "00169", None),
]
COLLECTION_COLUMNS = [
    "Data Collection (as on TCIA+additional)",
    "Site ID",
    "PatientID on TCIA Radiology Portal",
    "BraTS2021 ID",
    "Segmentation (Task 1) Cohort",
]
EDITIONS_2021 = (
    "BraTS2021,BraTS2020,BraTS2019,BraTS2018,Cohort Name (if publicly available)\n"
    "BraTS2021_00000,NA,BraTS19_TCIA01_425_1,Brats18_TCIA01_425_1,TCGA-GBM\n"
    "BraTS2021_00005,BraTS20_Training_355,,,\n"
)
UCSF_HEADER = (
    "ID,Sex,Age at MRI,WHO CNS Grade,Final pathologic diagnosis (WHO 2021),MGMT status,"
    "MGMT index,1p/19q,IDH,1-dead 0-alive,OS,EOR,Biopsy prior to imaging,BraTS21 ID,"
    "BraTS21 Segmentation Cohort,BraTS21 MGMT Cohort\n"
)
UCSF_V5 = (
    f"\ufeff{UCSF_HEADER}"
    'UCSF-PDGM-004,M,66,4,"Glioblastoma, IDH-wildtype",indeterminate,unknown,unknown,'
    "wildtype,1,1303,STR,No,BraTS2021_00097,Training,Training\n"
    'UCSF-PDGM-010,F,31,2,"Astrocytoma, IDH-mutant",unknown,unknown,Co-deletion,'
    "mutated (NOS),0,,biopsy,No,,,\n"
    'UCSF-PDGM-391,F,59,4,"Glioblastoma, IDH-wildtype",positive,5,unknown,'
    "unknown,0,711,GTR,No,,,\n"
    'UCSF-PDGM-0391_FU016d,F,59,4,"Glioblastoma, IDH-wildtype",positive,5,unknown,'
    "unknown,0,711,GTR,No,,,\n"
    'UCSF-PDGM-540,M,40,3,"Oligodendroglioma, IDH-mutant, 1p/19q-codeleted",negative,'
    "0,relative co-deletion,IDH1 p.Arg132His,0,2000,GTR,Yes,,,\n"
)
UCSF_V2 = UCSF_V5.replace("0391_FU016d", "289").replace("unknown", "")
UCSF_SUFFIXES = ("T1", "T1c", "T2", "FLAIR", "tumor_segmentation")
UCSF_DECOYS = ("T1_bias", "T1c_bias", "T2_bias", "brain_segmentation")
UCSF_DECOYS += ("DTI_eddy_noreg", "DTI_eddy_FA")
UCSF_ROOT = "PKG - UCSF-PDGM Version 5/UCSF-PDGM-v5"
UPENN_HEADER = (
    "ID,Gender,Age_at_scan_years,Survival_from_surgery_days_UPDATED,Survival_Status,"
    "Survival_Censor,Time_since_baseline_preop,IDH1,MGMT,KPS,GTR_over90percent,"
    "PsP_TP_score\n"
)
UPENN_TABLE = (
    f"{UPENN_HEADER}"
    "UPENN-GBM-00001_11,F,50.5,400,Deceased,Not Applicable,0,Wildtype,Methylated,90,"
    "Y,Not Applicable\n"
    "UPENN-GBM-00001_21,F,51.5,100,Deceased,Not Applicable,300,NOS/NEC,Indeterminate,"
    "Not Available,Not Applicable,3\n"
    "UPENN-GBM-00002_11,M,60,Not Available,Alive,900,0,Mutated,Unmethylated,"
    "Not Available,N,Not Applicable\n"
    "UPENN-GBM-00003_11,M,70,Not Available,Lost to Follow-up,30,0,NOS/NEC,"
    "Not Available,80,Y,Not Applicable\n"
    "UPENN-GBM-00260_11,F,65,Not Available,Deceased - uncertain date of death,"
    "Not Available,0,Wildtype,Not Available,70,N,Not Applicable\n"
)
UTSW_TABLE = (
    "Subject ID\tScanner Make\tTumor Grade\tIDH\tAge at Imaging\tSex at birth\r\n"
    "BT0001\tGE\t4\twild type\t61\tMale\r\n"
    "BT0002\tPhilips\t2.0\tmutated\t33.5\tFemale \r\n"
    "BT0003\tSiemens\tNA\tNA\tNA\tNA\r\n"
)
IXI_TABLE = """IXI_ID,"SEX_ID (1=m, 2=f)",HEIGHT,AGE
2,2,164,35.75
12,1,175,0
237,2,167,78.5
237,2,0,78.5
328,2,155,61.5
328,1,0,62
"""
MODALITIES = ("t1", "t1ce", "t2", "flair", "mask")


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def brats_case(folder: Path, *, ending: str, mask: str = "seg") -> None:
    for name in ("t1", "t1ce", "t2", "flair", mask):
        touch(folder / f"{folder.name}_{name}{ending}")


def brats_images(case: str, *, ending: str = ".nii.gz") -> dict[str, str]:
    """Give the columns of a sheet that the images of a BraTS case fill."""
    name = Path(case).name
    suffixes = ("t1", "t1ce", "t2", "flair", "seg")
    paths = [f"{case}/{name}_{suffix}{ending}" for suffix in suffixes]
    return {**dict(zip(MODALITIES, paths, strict=True)), "labels": "1 2 4"}


def ucsf_case(folder: Path, number: str) -> None:
    for suffix in (*UCSF_SUFFIXES, *UCSF_DECOYS):
        touch(
            folder / f"UCSF-PDGM-{number}_nifti" / f"UCSF-PDGM-{number}_{suffix}.nii.gz"
        )


def ucsf_images(number: str) -> dict[str, str]:
    """Give the columns of a sheet that the images of a UCSF-PDGM case fill."""
    stem = f"{UCSF_ROOT}/UCSF-PDGM-{number}_nifti/UCSF-PDGM-{number}"
    paths = [f"{stem}_{suffix}.nii.gz" for suffix in UCSF_SUFFIXES]
    return {**dict(zip(MODALITIES, paths, strict=True)), "labels": "1 2 4"}


def write_brats2019(folder: Path) -> None:
    root = folder / "Training" / "Training"
    brats_case(root / "HGG" / "BraTS19_CBICA_AAB_1", ending=".nii.gz")
    brats_case(root / "HGG" / "BraTS19_TCIA01_425_1", ending=".nii")
    brats_case(root / "LGG" / "BraTS19_2013_0_1", ending=".nii.gz")
    brats_case(root / "LGG" / "BraTS19_TMC_06290_1", ending=".nii.gz")
    brats_case(folder / "Validation" / "BraTS19_CBICA_AAM_1", ending=".nii.gz")
    touch(root / "HGG" / "BraTS19_CBICA_AAB_1" / "._BraTS19_CBICA_AAB_1_t1.nii.gz")
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
    (folder / "name_mapping_validation_data.csv").write_text("BraTS_2020_subject_ID\n")


def write_brats2021(folder: Path) -> None:
    """Write the layout of TCIA, with a level for the collections."""
    for collection, _, _, case, part in COLLECTIONS_2021:
        if part:
            name = collection if "-" in collection or "Ivy" in collection else "new-x"
            place = folder / f"BraTS2021_{part}Set" / name / case
            brats_case(place, ending=".nii.gz")
    validation = folder / "BraTS2021_ValidationSet/UPENN-GBM/BraTS2021_00001"
    (validation / "BraTS2021_00001_seg.nii.gz").unlink()
    table = pd.DataFrame(COLLECTIONS_2021, columns=COLLECTION_COLUMNS)
    table.to_excel(folder / "BraTS2021_MappingToTCIA.xlsx", index=False)


def brats2023_case(folder: Path) -> None:
    for name in ("t1n", "t1c", "t2w", "t2f", "seg"):
        touch(folder / f"{folder.name}-{name}.nii.gz")


def write_brats2023(folder: Path) -> None:
    root = folder / "ASNR-MICCAI-BraTS2023-GLI-Challenge-TrainingData"
    for name in ("00000-000", "00097-000", "00097-001"):
        brats2023_case(root / f"BraTS-GLI-{name}")
    brats2023_case(root / "BraTS-GLI-02062-100")  # after treatment, of 2024
    brats2023_case(folder / "GLI-Challenge-ValidationData" / "BraTS-GLI-00001-000")


def write_ucsf_pdgm(folder: Path) -> None:
    for number in ("0004", "0010", "0391", "0391_FU016d", "0540"):
        ucsf_case(folder / UCSF_ROOT, number)
    (folder / "UCSF-PDGM-metadata_v5.csv").write_text(UCSF_V5)


def write_upenn_gbm(folder: Path) -> None:
    root = folder / "UPENN-GBM" / "NIfTI-files"
    for line in UPENN_TABLE.splitlines()[1:]:
        scan = line.split(",")[0]
        for name in ("T1", "T1GD", "T2", "FLAIR"):
            touch(root / "images_structural" / scan / f"{scan}_{name}.nii.gz")
            other = root / "images_structural_unstripped" / scan
            touch(other / f"{scan}_{name}_unstripped.nii.gz")
        if scan.endswith("_11"):
            name = f"{scan}_automated_approx_segm.nii.gz"
            touch(root / "automated_segm" / name)
    touch(root / "images_segm" / "UPENN-GBM-00002_11_segm.nii.gz")
    old = root / "images_structural" / "UPENN-GBM-00260_11" / "old"
    touch(old / "UPENN-GBM-00260_11_T1.nii.gz")
    (folder / "UPENN-GBM_clinical_info_v2.1.csv").write_text(UPENN_TABLE)


def write_utsw_glioma(folder: Path) -> None:
    root = folder / "PKG - UTSW-Glioma" / "UTSW-Glioma"
    for name in ("t1_ants", "t1ce_ants", "t2_ants", "fl_ants", "t1", "flair"):
        touch(root / "BT0001" / f"brain_{name}.nii.gz")
    for name in ("t1", "t1ce", "t2", "flair"):
        touch(root / "BT0002" / f"brain_{name}.nii.gz")
        touch(root / "BT0003" / f"brain_{name}.nii.gz")
    for name in ("rtumorseg_manual_correction", "tumorseg_manual_correction"):
        touch(root / "BT0001" / f"{name}.nii.gz")
        touch(root / "BT0001" / "tumorseg_FeTS.nii.gz")
    touch(root / "BT0002" / "tumorseg_FeTS.nii.gz")
    touch(root / "BT0003" / "tumorseg_manual_correction.nii.gz")
    (folder / "UTSW_Glioma_Metadata-2-1.tsv").write_bytes(UTSW_TABLE.encode())


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


def write_msd_task01(folder: Path) -> None:
    root = folder / "Task01_BrainTumour"
    for name in ("imagesTr/BRATS_001", "labelsTr/BRATS_001", "imagesTs/BRATS_485"):
        touch(root / f"{name}.nii.gz")
        touch((root / f"{name}.nii.gz").with_name(f"._{Path(name).name}.nii.gz"))
    touch(root / "imagesTr" / "BRATS_002.nii.gz")
    rows = [
        {"image": f"./imagesTr/{name}.nii.gz", "label": f"./labelsTr/{name}.nii.gz"}
        for name in ("BRATS_001", "BRATS_002", "BRATS_003")
    ]
    about = {
        "name": "BRATS",
        "licence": "CC-BY-SA 4.0",
        "modality": {"0": "FLAIR", "1": "T1w", "2": "t1gd", "3": "T2w"},
        "training": rows,
    }
    (root / "dataset.json").write_text(json.dumps(about))
