"""Fig. 2 and 3: contours, the lungs alone, and the histogram of their gray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from CXRTriageLib.biomarkers.intensity import WHITE, lung_histogram, lung_intensity
from CXRTriageLib.domain.anatomy import LUNGS, ORGANS, Structure
from CXRTriageLib.domain.arrays import FloatImage, Labels
from CXRTriageLib.exporting.labels import read_labels
from CXRTriageLib.exporting.palette import STRUCTURE_COLORS
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.reproduction.example_films import typical_films
from CXRTriageLib.reproduction.study import LUNGS_DRAWN, Study
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.report.document import Block, Plot, Section, Text
from CXRTriageLib.site_evaluation.report.plots import STYLE, svg_of

LONGEST_SIDE_PX = 320
PANELS = ("Preprocessed film", "Masks", "Lungs alone", "Gray of the lungs")
BINS = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class LungPicture:
    """What is drawn of one film.

    Attributes
    ----------
    image
        Preprocessed film, 0 to 255, small.
    labels, drawn
        Masks of the network, and the drawn ones or None, both as small.
    shares
        Of lung pixels in `BINS` bins of gray from 0 to 1.
    mean, sd
        Of the gray of the lungs; None where there are none.
    """

    image: FloatImage
    labels: Labels
    drawn: Labels | None
    shares: NDArray[np.float64]
    mean: float | None
    sd: float | None


def lung_figures(study: Study) -> Section:
    """Return Fig. 2 and 3, a row for each group.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        One film a group: the one whose biomarkers lie nearest to the group's medians.
    """
    title = "Fig. 2 and 3: contours, lungs and their gray"
    films = typical_films(study)
    if not films:
        return Section(key="fig2", title=title, blocks=(Text(text="No film was measured."),))
    pictures = {group: _picture(film, study) for group, film in films.items()}
    plot: Block = Plot(
        key="fig2",
        title="One film of each group",
        caption="The film of each group whose biomarkers lie nearest to the group's medians. "
        "Blue: the patient's right lung; green: the left lung; pink: heart; white: drawn by hand, "
        "where that is known. Right: share of lung pixels at each gray; the line is the mean, the "
        "arrow one standard deviation to each side. Look for lungs that end where an opacity "
        "begins: the paper saw that in bacterial and in some viral films.",
        svg=_drawing(pictures),
    )
    return Section(key="fig2", title=title, blocks=(plot,))


def _picture(film: StudyFilm, study: Study) -> LungPicture:
    radiograph = read_radiograph(film.listed.image)
    preprocessed = PreprocessedFilm.of(radiograph)
    labels = study.pipeline.segment(preprocessed, study.measuring.settings).labels
    histogram = lung_histogram(radiograph.pixels, labels, levels=len(preprocessed.table))
    intensity = lung_intensity(histogram, preprocessed.table) if histogram.any() else None
    counts, _ = np.histogram(
        preprocessed.table / WHITE, bins=BINS, range=(0, 1), weights=histogram.astype(np.float64)
    )
    rows, columns = radiograph.shape
    height = rows * radiograph.spacing.aspect
    scale = LONGEST_SIDE_PX / max(height, columns)
    shape = (max(1, round(height * scale)), max(1, round(columns * scale)))
    has_drawn = film.listed.label is not None and film.listed.label_kind in LUNGS_DRAWN
    drawn = (
        resize_nearest(read_labels(film.listed.label, radiograph.shape), shape)
        if has_drawn and film.listed.label is not None
        else None
    )
    return LungPicture(
        image=resize_gray(preprocessed.image, shape),
        labels=resize_nearest(labels, shape),
        drawn=drawn,
        shares=counts / max(float(counts.sum()), 1.0),
        mean=intensity.mean if intensity else None,
        sd=intensity.standard_deviation if intensity else None,
    )


def _drawing(pictures: dict[str, LungPicture]) -> bytes:
    with mpl.rc_context({**STYLE, "axes.grid": False}):
        figure = Figure(figsize=(7.2, 1.9 * len(pictures)), layout="constrained")
        axes = figure.subplots(len(pictures), len(PANELS), squeeze=False)
        for row, (group, picture) in zip(axes, pictures.items(), strict=True):
            _draw_row(row, group, picture)
        for axis, title in zip(axes[0], PANELS, strict=True):
            axis.set_title(title)
        return svg_of(figure)


def _draw_row(row: Any, group: str, picture: LungPicture) -> None:
    in_lungs = picture.image * np.isin(picture.labels, LUNGS)
    for axis, image in zip(row[:3], (picture.image, picture.image, in_lungs), strict=True):
        axis.imshow(image, cmap="gray", vmin=0, vmax=WHITE)
        axis.set(xticks=[], yticks=[])
        for side in axis.spines.values():
            side.set_visible(False)
    row[0].set_ylabel(group)
    for structure in ORGANS:
        _outline(row[1], picture.drawn, structure, "white", 2.0)
        color = tuple(part / WHITE for part in STRUCTURE_COLORS[structure])
        _outline(row[1], picture.labels, structure, color, 1.2)
        if structure in LUNGS:
            _outline(row[2], picture.labels, structure, color, 1.0)
    _draw_histogram(row[3], picture)


def _outline(
    axis: Axes, labels: Labels | None, structure: Structure, color: Any, width: float
) -> None:
    if labels is not None and (labels == structure).any():
        mask = (labels == structure).astype(np.float32)
        axis.contour(mask, levels=[0.5], colors=[color], linewidths=width)


def _draw_histogram(axis: Axes, picture: LungPicture) -> None:
    edges = np.linspace(0, 1, BINS + 1)
    axis.stairs(picture.shares, edges, fill=True, color="#0072B2")
    axis.set(xlim=(0, 1), yticks=[])
    axis.tick_params(labelsize=7)
    if picture.mean is None or picture.sd is None:
        return
    height = 0.55 * float(picture.shares.max())
    axis.axvline(picture.mean, color="black", linewidth=1)
    ends = (picture.mean - picture.sd, picture.mean + picture.sd)
    axis.annotate(
        "", (ends[0], height), (ends[1], height), arrowprops={"arrowstyle": "<->", "lw": 1}
    )
    axis.text(
        0.02, 0.97, f"{picture.mean:.3f} ± {picture.sd:.3f}",
        transform=axis.transAxes, va="top", fontsize=7,
    )  # fmt: skip
