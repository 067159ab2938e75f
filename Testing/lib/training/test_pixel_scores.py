"""Counts of pixels give the scores that other libraries give."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import LUNGS, ORGANS, Structure
from CXRTriageLib.metrics.overlap import jaccard
from CXRTriageLib.training.pixel_scores import PixelScores, pixel_counts, whole_lung_counts
from CXRTriageLib.training.possible_labels import ORGANS_DRAWN, possible_labels

COMPLETE, LUNGS_ONLY = LabelKind.LUNGS_AND_HEART, LabelKind.LUNGS
RETROCARDIAC = LabelKind.LUNGS_WITH_RETROCARDIAC


def scores_of(found: np.ndarray, drawn: np.ndarray, kinds: list[LabelKind]) -> PixelScores:
    logits = torch.nn.functional.one_hot(torch.from_numpy(found), len(Structure)).movedim(-1, 1)
    possible = np.stack(
        [possible_labels(film, kind) for film, kind in zip(drawn, kinds, strict=True)]
    )
    organs = [[organ in ORGANS_DRAWN[kind] for organ in ORGANS] for kind in kinds]
    counts = pixel_counts(logits, torch.from_numpy(possible).long(), torch.tensor(organs))
    return PixelScores.of(counts)


@pytest.fixture
def maps():
    """Return what was found and what is drawn on three films, at random."""
    return tuple(np.random.default_rng(1).integers(0, len(Structure), (2, 3, 20, 20)))


def test_scores_of_complete_labels_are_those_of_other_libraries(maps):
    found, drawn = maps

    scores = scores_of(found, drawn, [COMPLETE] * 3)

    each = f1_score(drawn.ravel(), found.ravel(), labels=list(ORGANS), average=None)
    overlaps = [
        jaccard(found[film] == organ, drawn[film] == organ) for film in range(3) for organ in ORGANS
    ]
    assert scores.accuracy == pytest.approx((found == drawn).mean())
    assert scores.f1 == pytest.approx(each.mean())
    assert scores.jaccard == pytest.approx(np.mean(overlaps))


def test_heart_counts_only_where_it_is_drawn(maps):
    found, drawn = maps
    drawn = np.where(drawn == Structure.HEART, Structure.BACKGROUND, drawn)

    scores = scores_of(found, drawn, [LUNGS_ONLY] * 3)

    overlaps = [
        jaccard(found[film] == lung, drawn[film] == lung) for film in range(3) for lung in LUNGS
    ]
    unknown = (drawn == Structure.BACKGROUND) & (found == Structure.HEART)
    assert scores.jaccard == pytest.approx(np.mean(overlaps))
    assert scores.accuracy == pytest.approx(((found == drawn) | unknown).mean())


def test_lungs_drawn_behind_the_heart_count_in_the_accuracy_only(maps):
    found, drawn = maps
    drawn = np.where(drawn == Structure.HEART, Structure.BACKGROUND, drawn)

    both = scores_of(found, drawn, [COMPLETE, RETROCARDIAC, RETROCARDIAC])
    first = scores_of(found[:1], drawn[:1], [COMPLETE])

    assert (both.f1, both.jaccard) == (first.f1, first.jaccard)
    assert both.accuracy > first.accuracy


def test_whole_lungs_are_scored_by_films_that_draw_them_and_only_there():
    rng = np.random.default_rng(4)
    found, drawn = rng.integers(0, 2, (2, 2, 20, 20))
    kinds = [RETROCARDIAC, LUNGS_ONLY]
    # Lungs drawn behind the heart, and the same drawn by somebody who leaves that part out.
    possible = np.stack(
        [possible_labels(film * 2, kind) for film, kind in zip(drawn, kinds, strict=True)]
    )
    logits = torch.zeros(2, len(Structure) + 1, 20, 20)
    logits[:, -1] = torch.from_numpy(found) - 0.5

    scores = PixelScores.of(whole_lung_counts(logits, torch.from_numpy(possible).long()))

    first, other = found[0] == 1, drawn[0] == 1
    wrong = np.count_nonzero(first != other) + np.count_nonzero((drawn[1] == 1) & (found[1] == 0))
    assert scores.jaccard == pytest.approx(jaccard(first, other))
    assert scores.f1 == pytest.approx(f1_score(other.ravel(), first.ravel()))
    assert scores.accuracy == pytest.approx(1 - wrong / drawn.size)
