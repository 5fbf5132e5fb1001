"""Made-up heads and gliomas with known geometry, for the demo cohorts and the tests.

A subject is drawn first (``draw_subject``: sizes, places, nothing of a grid) and
rendered afterwards, so that whoever holds the generator can ask for the closed form of
what an image shows. Coordinates are millimetres, RAS (right, front, up): ``points`` are
seen from the middle of the field of view, a tumour from the middle of its brain.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.special import expit

TISSUES = (
    *("skin", "muscle", "bone", "csf", "white", "grey"),
    *("oedema", "core", "enhancing"),
)
LABELS = {"core": 1, "oedema": 2, "enhancing": 4}
# Signal of the tissues, white matter about 1 (for FLAIR: grey matter).
CONTRASTS = {
    "t1": (1.25, 0.60, 0.12, 0.28, 1.00, 0.72, 0.72, 0.50, 0.74),
    "t1ce": (1.25, 0.60, 0.12, 0.28, 1.00, 0.76, 0.76, 0.48, 1.55),
    "t2": (0.80, 0.35, 0.10, 1.95, 0.72, 1.00, 1.55, 1.75, 1.25),
    "flair": (0.80, 0.40, 0.10, 0.25, 0.84, 1.00, 1.70, 1.25, 1.30),
}
EDGE_MM = 0.6  # half-width of the blur between two tissues


@dataclass(frozen=True)
class Growth:
    """How the gliomas of one grade differ; ranges are uniform, radii normal."""

    radius_mm: tuple[float, float]  # mean and standard deviation, of the equal sphere
    enhancing: float  # share of tumours with enhancement
    core: tuple[float, float]  # size of the core, as a part of the whole tumour's axes
    ring: bool  # enhancement is a ring around necrosis, or else a nodule in the core


# ASSUME: sizes and shares are chosen to overlap and look plausible, not fitted.
LOW = Growth(radius_mm=(22, 4.5), enhancing=0.15, core=(0.78, 0.93), ring=False)
MIDDLE = Growth(radius_mm=(24, 4.5), enhancing=0.5, core=(0.6, 0.85), ring=False)
HIGH = Growth(radius_mm=(27, 4.5), enhancing=0.85, core=(0.55, 0.78), ring=True)
GROWTHS = {
    "LGG": LOW,
    "HGG": HIGH,
    "2": LOW,
    "3": MIDDLE,
    "4": HIGH,
    "healthy": None,
}
RADIUS_LIMITS_MM = (13.0, 36.0)
CLEAR_OF_EDGE = 0.88  # no tumour beyond this part of the way from middle to surface


@dataclass(frozen=True)
class Part:
    """One of the nested ellipsoids of a tumour, in the sphere the tumour maps to."""

    label: int
    shift: np.ndarray
    scale: float


@dataclass(frozen=True)
class Tumour:
    """An ellipsoid (mm from the middle of the brain) and the parts nested in it."""

    centre_mm: np.ndarray
    semi_axes_mm: np.ndarray
    rotation: np.ndarray  # columns: directions of the axes
    parts: tuple[Part, ...]  # from the whole tumour inwards

    @property
    def volume_mm3(self) -> float:
        """Volume of the whole tumour."""
        return 4 / 3 * np.pi * float(np.prod(self.semi_axes_mm))

    def part_volume_mm3(self, index: int) -> float:
        """Volume of a part, with all that lies inside it."""
        return self.volume_mm3 * self.parts[index].scale ** 3


@dataclass(frozen=True)
class Subject:
    """A brain, its folds (the seed of their pattern), its place and its tumour."""

    group: str
    centre_mm: np.ndarray
    semi_axes_mm: np.ndarray
    folds: int
    tumour: Tumour | None


def generator(seed: int, *names: object) -> np.random.Generator:
    """Give the random numbers of one subject or scan, whatever else is drawn."""
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])


def draw_subject(rng: np.random.Generator, group: str) -> Subject:
    """Draw brain and tumour; the brain's distribution is the same for all groups.

    Parameters
    ----------
    group : ``LGG``, ``HGG``, a WHO grade ``2``, ``3``, ``4``, or ``healthy``
    """
    size = np.exp(rng.normal(0, 0.025)) * np.exp(rng.normal(0, 0.02, 3))
    semi_axes_mm = size * (66.0, 83.0, 65.0)
    centre_mm = draw_place(rng)
    folds = int(rng.integers(2**31))
    growth = GROWTHS[group]
    tumour = draw_tumour(rng, growth, semi_axes_mm) if growth else None
    return Subject(group, centre_mm, semi_axes_mm, folds, tumour)


def draw_place(rng: np.random.Generator) -> np.ndarray:
    """Draw where a brain lies in the scanner, in mm from the middle of the field."""
    return np.array([0.0, -8.0, -3.0]) + rng.uniform(-3, 3, 3)


def draw_tumour(
    rng: np.random.Generator, growth: Growth, brain_mm: np.ndarray
) -> Tumour:
    """Draw a tumour inside a brain of these semi-axes, clear of its surface."""
    radius = np.clip(rng.normal(*growth.radius_mm), *RADIUS_LIMITS_MM)
    stretch = rng.normal(0, 0.14, 3)
    semi_axes_mm = radius * np.exp(stretch - stretch.mean())
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    sphere = rng.normal(size=(300, 3))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    surface = sphere * semi_axes_mm @ rotation.T
    centre = brain_mm * rng.uniform(-0.7, 0.7, 3)
    while radius_in_brain(surface + centre, brain_mm).max() > CLEAR_OF_EDGE:
        centre = brain_mm * rng.uniform(-0.7, 0.7, 3)
    return Tumour(centre, semi_axes_mm, rotation, draw_parts(rng, growth))


def draw_parts(rng: np.random.Generator, growth: Growth) -> tuple[Part, ...]:
    """Draw the parts of a tumour: oedema, core, and what enhances."""
    scale = rng.uniform(*growth.core)
    shift = draw_shift(rng, 1 - scale)
    whole = Part(LABELS["oedema"], np.zeros(3), 1.0)
    core = Part(LABELS["core"], shift, scale)
    if rng.random() > growth.enhancing:
        return whole, core
    if growth.ring:
        ring = Part(LABELS["enhancing"], shift, scale)
        return whole, ring, Part(core.label, shift, scale * rng.uniform(0.5, 0.82))
    nodule = scale * rng.uniform(0.25, 0.45)
    place = shift + draw_shift(rng, scale - nodule)
    return whole, core, Part(LABELS["enhancing"], place, nodule)


def draw_shift(rng: np.random.Generator, room: float) -> np.ndarray:
    """Draw how far a part lies from the middle of the one around it, at most 90 %."""
    direction = rng.normal(size=3)
    return 0.9 * room * rng.random() * direction / np.linalg.norm(direction)


def radius_in_brain(points: np.ndarray, brain_mm: np.ndarray) -> np.ndarray:
    """Give 0 at the middle of a brain and 1 on its surface.

    An ellipsoid with a flatter base and a narrower forehead.
    """
    x, y, z = (points / brain_mm.astype(points.dtype)).T
    return np.sqrt(
        (x / (1 - 0.1 * y)) ** 2 + y**2 + (z * np.where(z < 0, 1.25, 1)) ** 2
    )


def radii_in_tumour(points: np.ndarray, tumour: Tumour) -> list[np.ndarray]:
    """Give, for each part of a tumour, 0 at its middle and 1 on its surface."""
    unit = (points - tumour.centre_mm) @ tumour.rotation / tumour.semi_axes_mm
    return [np.linalg.norm(unit - p.shift, axis=-1) / p.scale for p in tumour.parts]


def grid_points(shape: tuple[int, ...], affine: np.ndarray) -> np.ndarray:
    """Give the voxel centres in mm from the middle of the field of view, (n, 3)."""
    axes = [np.arange(n) - (n - 1) / 2 for n in shape]
    voxels = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1, dtype=np.float32)
    return voxels.reshape(-1, 3) @ affine[:3, :3].T.astype(np.float32)


def tumour_labels(subject: Subject, points: np.ndarray) -> np.ndarray:
    """Give the BraTS label (0, 1, 2, 4) of each point."""
    labels = np.zeros(len(points), np.uint8)
    if subject.tumour is not None:
        radii = radii_in_tumour(points - subject.centre_mm, subject.tumour)
        for part, radius in zip(subject.tumour.parts, radii, strict=True):
            labels[radius <= 1] = part.label
    return labels


def depth_in_brain(subject: Subject, points: np.ndarray) -> np.ndarray:
    """Give the way in mm from the brain's surface inwards; negative outside it."""
    points = points - subject.centre_mm.astype(points.dtype)
    radius = np.maximum(radius_in_brain(points, subject.semi_axes_mm), 1e-3)
    return np.linalg.norm(points, axis=-1) * (1 / radius - 1)


def mix_tissues(subject: Subject, points: np.ndarray) -> np.ndarray:
    """Give how much of each tissue (columns: ``TISSUES``) lies at each point.

    The outer layers come first and the inner ones are painted over them; in air all
    are 0.
    """
    place = points - subject.centre_mm.astype(points.dtype)
    depth = depth_in_brain(subject, points)
    fold = fold_distance(subject.folds, place)
    mix = np.zeros((len(points), len(TISSUES)), np.float32)
    paint_head(mix, place, depth)
    paint_brain(mix, place, depth, np.abs(fold))
    mottle = np.clip(fold / 4, -1, 1)
    if subject.tumour is not None:
        paint_tumour(mix, place, subject.tumour, mottle)
    ill = mix[:, -3:].sum(axis=1)
    return mix * (1 + (0.03 + 0.1 * ill) * mottle)[:, None]


def paint(mix: np.ndarray, tissue: str, inside_mm: np.ndarray) -> None:
    """Lay a tissue over the others where the distance from its surface is positive."""
    share = expit(inside_mm / (EDGE_MM / 2)).astype(np.float32)
    mix *= 1 - share[:, None]
    mix[:, TISSUES.index(tissue)] += share


def paint_head(mix: np.ndarray, place: np.ndarray, depth: np.ndarray) -> None:
    """Paint skin, muscles of face and neck, skull, liquor around the brain."""
    x, y, z = place.T
    face = ellipsoid(x, y - 38, z + 62, (58, 52, 75))
    neck = ellipsoid(x, y + 22, z + 110, (58, 58, 100))
    below = np.maximum(face, neck)
    paint(mix, "skin", np.maximum(depth + 15, below))
    paint(mix, "muscle", below - 5)
    paint(mix, "bone", depth + 9)
    paint(mix, "csf", depth + 3.5)
    paint(mix, "white", depth)


def paint_tumour(
    mix: np.ndarray, place: np.ndarray, tumour: Tumour, mottle: np.ndarray
) -> None:
    """Paint the parts of a tumour, their edges frayed by up to 1.5 mm."""
    names = {label: tissue for tissue, label in LABELS.items()}
    axis = tumour.semi_axes_mm.mean()
    for part, radius in zip(tumour.parts, radii_in_tumour(place, tumour), strict=True):
        paint(mix, names[part.label], (1 - radius) * part.scale * axis + 1.5 * mottle)


def paint_brain(
    mix: np.ndarray, place: np.ndarray, depth: np.ndarray, fold: np.ndarray
) -> None:
    """Paint cortex, sulci, deep grey matter, ventricles, cerebellum, brainstem.

    Sulci are sheets, up to 20 mm deep; grey matter is what lies within 3.5 mm of them
    or of the surface.
    """
    x, y, z = np.abs(place[:, 0]), place[:, 1], place[:, 2]
    fissure = x + np.maximum(30 - np.hypot(0.6 * y, z), 0)
    sulcus = np.minimum(fold + np.maximum(depth - 20, 0), fissure)
    liquor = np.where(depth > 0, np.minimum(depth, sulcus), np.inf)
    paint(mix, "grey", np.minimum(3.5 - liquor, depth))
    paint(mix, "csf", 0.9 - liquor)
    paint(mix, "grey", ellipsoid(x - 18, y - 4, z, (8, 20, 11)))
    paint(mix, "csf", ellipsoid(x - 10 + 0.12 * y, y, z - 13, (5, 32, 8)))
    paint(mix, "csf", ellipsoid(x, y, z + 4, (2, 11, 9)))
    cerebellum = ellipsoid(x, y + 46, z + 36, (48, 32, 20))
    cerebellum = np.minimum(cerebellum, depth - 1)
    paint(mix, "csf", cerebellum + 1.5)
    paint(mix, "grey", cerebellum)
    paint(mix, "white", np.minimum(cerebellum - 6, 2 * fold - 4))
    paint(mix, "white", np.minimum(ellipsoid(x, y + 18, z + 42, (13, 13, 26)), depth))


def ellipsoid(x, y, z, semi_axes: tuple[float, float, float]) -> np.ndarray:
    """Give roughly the distance in mm inwards from an ellipsoid's surface."""
    a, b, c = semi_axes
    return (1 - np.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2)) * min(semi_axes)


def fold_distance(seed: int, place: np.ndarray) -> np.ndarray:
    """Give roughly the signed distance in mm to the nearest sheet of a folding pattern.

    The sheets are where noise of one wavelength crosses zero.
    """
    spacing, half = 4.0, 128.0
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(round(2 * half / spacing) + 1,) * 3).astype(np.float32)
    band = gaussian_filter(noise, 1.2) - gaussian_filter(noise, 2.0)
    slope = np.sqrt(sum(np.mean(g**2) for g in np.gradient(band, spacing)))
    where = (place + half).T / spacing
    return map_coordinates(band, where, order=1, mode="nearest") / slope


def scan(
    mix: np.ndarray, points: np.ndarray, modality: str, rng: np.random.Generator
) -> np.ndarray:
    """Give the signal: contrast, a smooth bias field, Rician noise, a random gain.

    The draws do not depend on the group. Values are whole numbers, int16, at least 1.
    """
    contrast = np.array(CONTRASTS[modality]) * np.exp(rng.normal(0, 0.04, len(TISSUES)))
    signal = mix @ contrast.astype(np.float32)
    signal *= np.exp(bias_field(points, rng))
    sd = rng.uniform(0.02, 0.04)
    real, imaginary = sd * rng.standard_normal((2, len(points)), dtype=np.float32)
    gain = 400 * np.exp(rng.normal(0, 0.2))
    signal = gain * np.hypot(signal + real, imaginary)
    return np.clip(np.rint(signal), 1, 32767).astype(np.int16)


def bias_field(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give the logarithm of a coil's sensitivity: a random quadratic, some 10 %."""
    unit = points / np.float32(100)
    slope = rng.normal(0, 0.08, 3).astype(np.float32)
    curvature = rng.normal(0, 0.08, 3).astype(np.float32)
    return unit @ slope + unit**2 @ curvature
