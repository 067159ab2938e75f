"""Films and masks stay together, and an epoch can be drawn again exactly."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.stats import chisquare
from torch.utils.data import DataLoader

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.training.labeled_films import MaskedFilm
from CXRTriageLib.training.possible_labels import NOTHING_THERE, possible_labels
from CXRTriageLib.training.segmentation_data import (
    Draw,
    EpochSampler,
    MaskedFilmDataset,
    source_weights,
)
from support.phantoms import ellipse_labels


def sampler(count: int, *, weights=None, films_per_epoch=0, seed=0, epoch=0) -> EpochSampler:
    made = EpochSampler(count, weights=weights, films_per_epoch=films_per_epoch, seed=seed)
    made.epoch = epoch
    return made


def films_of(one_epoch: EpochSampler) -> list[int]:
    return [draw.film for draw in one_epoch]


def masked_film(side: int = 384) -> MaskedFilm:
    """Return a film that is white where it has a label, so that both can be compared."""
    labels = ellipse_labels((side, side))
    return MaskedFilm(
        image=(labels > 0).astype(np.uint8) * 255,
        possible=possible_labels(labels, LabelKind.LUNGS),
        kind=LabelKind.LUNGS,
        dataset="phantom",
    )


def films_from(dataset: str, count: int, kind: LabelKind = LabelKind.LUNGS) -> list[MaskedFilm]:
    film = dataclasses.replace(masked_film(side=8), dataset=dataset, kind=kind)
    return [film] * count


def test_every_film_comes_once_in_an_order_of_its_own():
    first, second = (films_of(sampler(50, epoch=epoch)) for epoch in (0, 1))

    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert films_of(sampler(50, epoch=1)) == second
    assert films_of(sampler(50, epoch=1, seed=1)) != second


@pytest.mark.parametrize("length", [3, 5, 12])
def test_epoch_has_the_length_that_it_claims(length):
    for weights in (None, [1, 2, 3, 4, 5]):
        made = sampler(5, weights=weights, films_per_epoch=length)
        assert len(list(made)) == len(made) == length


def test_all_films_are_taken_before_one_is_taken_again():
    counts = Counter(films_of(sampler(5, films_per_epoch=12)))

    assert sorted(counts.values()) == [2, 2, 2, 3, 3]


def test_films_are_drawn_by_their_weights():
    weights = [1, 2, 3, 4]

    counts = np.bincount(films_of(sampler(4, weights=weights, films_per_epoch=20_000)))

    assert chisquare(counts, np.array(weights) / 10 * 20_000).pvalue > 0.001


def test_source_counts_by_the_square_root_of_its_size():
    films = films_from("large", 100) + films_from("small", 4)

    weights = source_weights(films, partial_label_share=0.25)

    assert sum(weights[:100]) / sum(weights[100:]) == pytest.approx(10 / 2)


def test_films_without_a_drawn_heart_get_their_share():
    complete = films_from("large", 100, LabelKind.LUNGS_AND_HEART)
    partial = films_from("small", 4) + films_from("other", 25)

    weights = source_weights([*complete, *partial], partial_label_share=0.2)

    assert sum(weights[100:]) / sum(weights) == pytest.approx(0.2)
    assert sum(weights[100:104]) / sum(weights[104:]) == pytest.approx(2 / 5)


def test_draw_knows_its_epoch_and_place():
    draws = list(sampler(4, epoch=3))

    assert [(draw.epoch, draw.position) for draw in draws] == [(3, place) for place in range(4)]


@pytest.mark.parametrize("side", [128, 256])
def test_augmented_film_and_labels_stay_together(side):
    dataset = MaskedFilmDataset([masked_film()], side=side, augment=True)

    overlaps = []
    for position in range(30):
        image, possible, _ = dataset[Draw(0, 0, position)]
        # An opacity may turn a part of the film white, yet not most of it.
        white, drawn = image[0] > 127, (possible & 0b1110) > 0
        drawn &= (possible & 0b0001) == 0
        overlaps.append((2 * (white & drawn).sum() / (white.sum() + drawn.sum())).item())
        assert image.shape == (1, side, side)
        assert possible.dtype == torch.int64
        assert (possible > 0).all()
        assert image.min() >= 0
        assert image.max() <= 255

    assert np.median(overlaps) > 0.97
    assert min(overlaps) > 0.85


def test_same_draw_gives_the_same_film_and_another_epoch_another():
    dataset = MaskedFilmDataset([masked_film()], side=64, augment=True, seed=2)

    first, again, later = (dataset[Draw(0, epoch, 5)] for epoch in (1, 1, 2))

    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[1], later[1])


def test_film_that_is_not_augmented_is_only_resized():
    film = masked_film(64)
    dataset = MaskedFilmDataset([film], side=64, augment=False)

    image, possible, drawn = dataset[Draw(0, 0, 0)]

    assert np.array_equal(image[0].numpy(), film.image)
    assert np.array_equal(possible.numpy(), film.possible)
    assert drawn.tolist() == [False, True, True]
    assert len(dataset) == 1


def test_validation_film_is_never_augmented():
    dataset = MaskedFilmDataset([masked_film(64)], side=64, augment=True)

    assert np.array_equal(dataset[0][0][0].numpy(), masked_film(64).image)


def test_batches_have_the_shapes_that_the_network_wants():
    dataset = MaskedFilmDataset([masked_film(64)] * 3, side=32, augment=True)

    images, possible, drawn = next(iter(DataLoader(dataset, batch_size=2, sampler=sampler(3))))

    assert images.shape == (2, 1, 32, 32)
    assert images.dtype == torch.float32
    assert possible.shape == (2, 32, 32)
    assert drawn.tolist() == [[False, True, True]] * 2


def test_nothing_is_there_beyond_the_film():
    """A film that is lung all over says where the changes took pixels from outside of it."""
    everywhere = possible_labels(np.full((64, 64), 2, np.uint8), LabelKind.LUNGS)
    film = dataclasses.replace(masked_film(64), possible=everywhere)
    dataset = MaskedFilmDataset([film], side=64, augment=True)

    found = {int(value) for place in range(20) for value in dataset[Draw(0, 0, place)][1].unique()}

    assert found == {int(everywhere[0, 0]), NOTHING_THERE}
