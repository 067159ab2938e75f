"""Section 6: films that a reader should look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from CXRTriageLib.site_evaluation.report.analysis import SiteAnalysis
from CXRTriageLib.site_evaluation.report.document import Block, Gallery, Picture, Section, Text
from CXRTriageLib.site_evaluation.report.wording import number_text, percent_text
from CXRTriageLib.site_evaluation.statistics.overlap import lungs_jaccard
from CXRTriageLib.site_evaluation.statistics.selection import (
    confident_errors,
    least_certain,
    probability_of_found,
    worst_masks,
)


def gallery_section(analysis: SiteAnalysis, output: Path) -> Section:
    """Return the section with pictures.

    Parameters
    ----------
    analysis
        All numbers.
    output
        Folder that the paths of overlays start from.

    Returns
    -------
    Section
        Each part has as many films as the options say, if there are so many.
    """
    main, names = analysis.main, analysis.facts.class_names
    count = analysis.options.gallery_films
    overlap, chances = lungs_jaccard(main), probability_of_found(main, names)
    parts = (
        _gallery(
            analysis, output, ("worst_masks", "The worst masks"),
            "Lungs that agree least with the drawn ones. Look for a pattern: collapsed lungs, "
            "effusions, devices, rotated or cropped films.",
            [(film, f"Jaccard of the lungs {number_text(overlap[film])}")
             for film in worst_masks(main, count).tolist()],
        ),
        _gallery(
            analysis, output, ("confident_errors", "The most confident errors"),
            "Wrong films whose class the network was most sure of. These would mislead a reader; "
            "check the class of the manifest too.",
            [(film, f"stated probability {percent_text(chances[film])} %")
             for film in confident_errors(main, names, count).tolist()],
        ),
        _gallery(
            analysis, output, ("least_certain", "The least certain films"),
            "Films on which the votes for two classes are closest, right or wrong.",
            [(film, f"margin of the vote {percent_text(main.margin[film])} %")
             for film in least_certain(main, count).tolist()],
        ),
    )  # fmt: skip
    blocks: list[Block] = [part for part in parts if part.pictures]
    if not blocks:
        blocks.append(Text(text="No film has a drawn mask, a class or a vote."))
    else:
        blocks.insert(
            0,
            Text(
                text="On the left the outlines of the masks (white where drawn masks are known), "
                "on the right the saliency of the class found: what spoke for it, not proof of "
                "disease."
            ),
        )
    return Section(key="gallery", title="Failure gallery", blocks=tuple(blocks))


def _gallery(
    analysis: SiteAnalysis,
    output: Path,
    name: tuple[str, str],
    reading: str,
    films: Sequence[tuple[int, str]],
) -> Gallery:
    key, title = name
    return Gallery(
        key=key,
        title=f"{title} ({len(films)} of {len(analysis.main)} films)",
        reading=reading,
        pictures=tuple(_picture(analysis, output, film, line) for film, line in films),
    )


def _picture(analysis: SiteAnalysis, output: Path, film: int, line: str) -> Picture:
    main = analysis.main
    labels = dict(zip(analysis.facts.class_names, analysis.facts.class_labels, strict=True))
    known, found = str(main.class_name[film]), str(main.found[film])
    overlay = str(main.overlay[film])
    path = output / overlay if overlay else None
    kept = str(main.identifiers[film])
    return Picture(
        content=path.read_bytes() if path is not None and path.is_file() else None,
        media_type="image/jpeg" if overlay.endswith((".jpg", ".jpeg")) else "image/png",
        lines=(
            f"Row {main.row[film]}, {main.view[film]}",
            *([kept] if kept else []),
            f"manifest: {labels.get(known, known) or 'no class'}",
            f"found: {labels.get(found, found) or 'no class'}",
            line,
        ),
    )
