"""Tables of vote steadiness and of the checks of saliency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CXRTriageLib.controls.map_agreement import MapAgreement
from CXRTriageLib.controls.vote_steadiness import FilmRepeats
from CXRTriageLib.controls.weight_randomization import STAGES
from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.proportions import exact_share


@dataclass(frozen=True, kw_only=True)
class MapRow:
    """Agreement of maps over films.

    Attributes
    ----------
    compared
        What the maps were made with.
    rank_correlation, structural_similarity
        Means over films.
    """

    compared: str
    rank_correlation: Estimate
    structural_similarity: Estimate


@dataclass(frozen=True, kw_only=True)
class SteadinessRow:
    """The same films, voted on again and again.

    Attributes
    ----------
    mode
        Set of choices.
    seeds
        Number of votes on each film.
    changed
        Share of films whose class is not the same for all seeds.
    share_sd
        Standard deviation over seeds of the vote share of the class that the first seed found,
        mean over films.
    maps
        Saliency of one seed against the next.
    """

    mode: str
    seeds: int
    changed: Estimate
    share_sd: Estimate
    maps: MapRow


def steadiness_row(
    mode: str, repeats: Sequence[FilmRepeats], patients: Sequence[str]
) -> SteadinessRow | None:
    """Sum up repeated votes.

    Parameters
    ----------
    mode
        Set of choices.
    repeats
        One entry for each film; films without lungs are left out.
    patients
        Of each film.

    Returns
    -------
    SteadinessRow or None
        None where no film has a vote.
    """
    voted = [pair for pair in zip(repeats, patients, strict=True) if pair[0].winners]
    if not voted:
        return None
    keys = [patient for _, patient in voted]
    return SteadinessRow(
        mode=mode,
        seeds=len(voted[0][0].winners),
        changed=exact_share([item.changes for item, _ in voted], keys),
        share_sd=_mean([item.share_sd for item, _ in voted], keys),
        maps=_map_row("one seed against the next", [list(item.maps) for item, _ in voted], keys),
    )


def randomization_rows(
    films: Sequence[dict[str, MapAgreement]], patients: Sequence[str]
) -> tuple[MapRow, ...]:
    """Sum up what is left of maps when weights are randomized.

    Parameters
    ----------
    films
        One agreement for each stage; films without lungs are left out.
    patients
        Of each film.

    Returns
    -------
    tuple of MapRow
        From the last layer to all layers; empty where no film has lungs.
    """
    pairs = [pair for pair in zip(films, patients, strict=True) if pair[0]]
    if not pairs:
        return ()
    keys = [patient for _, patient in pairs]
    return tuple(_map_row(stage, [[film[stage]] for film, _ in pairs], keys) for stage in STAGES)


def _map_row(
    compared: str, films: Sequence[Sequence[MapAgreement]], patients: Sequence[str]
) -> MapRow:
    return MapRow(
        compared=compared,
        rank_correlation=_mean(
            [_defined_mean([item.rank_correlation for item in film]) for film in films], patients
        ),
        structural_similarity=_mean(
            [_defined_mean([item.structural_similarity for item in film]) for film in films],
            patients,
        ),
    )


def _defined_mean(values: Sequence[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None


def _mean(values: Sequence[float | None], patients: Sequence[str]) -> Estimate:
    pairs = [pair for pair in zip(values, patients, strict=True) if pair[0] is not None]
    numbers = np.array([value for value, _ in pairs], dtype=np.float64)
    return patient_bootstrap(
        lambda chosen: float(numbers[chosen].mean()), [patient for _, patient in pairs]
    )
