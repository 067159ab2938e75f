"""Whether a film gets the same class and the same map when its patches are drawn again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.controls.map_agreement import MapAgreement, map_agreement
from CXRTriageLib.domain.patches import PatchVotes
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.saliency.projection import project_class_maps


@dataclass(frozen=True, kw_only=True)
class FilmRepeats:
    """The same film, with its patches drawn anew for each seed.

    Attributes
    ----------
    winners
        Class for each seed; empty where the film has no lungs.
    share_sd
        Standard deviation over seeds of the vote share of the class that the first seed found;
        None without votes.
    maps
        Agreement of the saliency of that class, for each seed with the seed before.
    """

    winners: tuple[str, ...]
    share_sd: float | None
    maps: tuple[MapAgreement, ...]

    @property
    def changes(self) -> bool:
        """Whether any seed finds another class."""
        return len(set(self.winners)) > 1

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> FilmRepeats:
        """Restore what `dataclasses.asdict` has made of it."""
        return cls(
            winners=tuple(values["winners"]),
            share_sd=values["share_sd"],
            maps=tuple(MapAgreement(**item) for item in values["maps"]),
        )


NO_VOTES = FilmRepeats(winners=(), share_sd=None, maps=())
"""Of a film without lungs."""


def film_repeats(
    radiograph: Radiograph,
    pipeline: TriagePipeline,
    settings: TriageSettings,
    seeds: Sequence[int],
) -> FilmRepeats:
    """Vote on a film once for each seed.

    Parameters
    ----------
    radiograph
        The film.
    pipeline
        Loaded networks.
    settings
        Choices of the method; only where patches are placed at random can seeds differ.
    seeds
        At least one.

    Returns
    -------
    FilmRepeats
        The masks are the same for all seeds.
    """
    film = PreprocessedFilm.of(radiograph)
    labels = pipeline.segment(film, settings).labels
    masked, lung_fields = film.masked(labels, settings.working_size)
    if not lung_fields.any():
        return NO_VOTES
    votes: list[PatchVotes] = []
    maps: list[SaliencyMap] = []
    for seed in seeds:
        chosen = dataclasses.replace(settings, seed=seed)
        evidence = pipeline.classifier.examine(masked, lung_fields, chosen, seed=seed)
        votes.append(count_votes(evidence, settings.tie_rule))
        maps.append(project_class_maps(evidence, lung_fields, settings.saliency_method))
    leader = votes[0].winner
    return FilmRepeats(
        winners=tuple(vote.winner_name for vote in votes),
        share_sd=float(np.std([vote.shares[leader] for vote in votes], ddof=1))
        if len(votes) > 1
        else None,
        maps=tuple(
            map_agreement(first.values[leader], second.values[leader], lung_fields)
            for first, second in pairwise(maps)
        ),
    )
