"""Films and masks stay together, and an epoch can be drawn again exactly."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.stats import chisquare
from torch.utils.data import DataLoader

from CXRTriageLib.cohort.film_list import LabelKind, read_film_list
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.training.losses import LABEL_KINDS
from CXRTriageLib.training.segmentation_data import (
    Draw,
    EpochSampler,
    MaskedFilm,
    MaskedFilmDataset,
    load_masked_films,
    source_weights,
)
from support.film_folders import write_phantoms
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
        labels=labels,
        kind=LabelKind.LUNGS,
        dataset="phantom",
    )


def films_from(dataset: str, count: int, kind: LabelKind = LabelKind.LUNGS) -> list[MaskedFilm]:
    film = dataclasses.replace(masked_film(side=8), dataset=dataset, kind=kind)
    return [film] * count


def test_film_in_memory_is_what_the_network_sees_at_inference(tmp_path):
    (listed,) = read_film_list(write_phantoms(tmp_path, ["train"], shape=(300, 260)))

    (film,) = load_masked_films([listed], side=256, problems=RowProblems("list"))

    seen = PreprocessedFilm.of(read_radiograph(listed.image)).network_input(256)
    assert np.abs(film.image - seen).max() <= 0.5
    assert film.image.dtype == film.labels.dtype == np.uint8
    assert film.labels.shape == (256, 256)
    assert np.mean(film.labels == ellipse_labels((256, 256))) > 0.99
    assert (film.kind, film.dataset) == (LabelKind.LUNGS_AND_HEART, "phantom")


def test_film_without_a_label_image_is_left_out(tmp_path):
    first, second = read_film_list(write_phantoms(tmp_path, ["train", "train"]))

    films = load_masked_films(
        [dataclasses.replace(first, label=None), second], side=64, problems=RowProblems("list")
    )

    assert len(films) == 1


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.ones((160, 141), np.uint8), r"has (160, 141) pixels, its film has (160, 140)"),
        (np.ones((160, 140, 3), np.uint8), r"has (160, 140, 3) pixels"),
        (np.full((160, 140), 4, np.uint8), "has the values 4 to 4, labels go from 0 to 3"),
        (np.full((160, 140), 255, np.uint8), "has the values 255 to 255"),
        (np.zeros((160, 140), np.uint8), "is empty"),
        (np.ones((160, 140), np.uint8), "draws a heart, which label_kind 'lungs' says it does not"),
    ],
)
def test_label_image_that_does_not_fit_is_refused_with_its_row(tmp_path, labels, said):
    (listed,) = read_film_list(write_phantoms(tmp_path, ["train"]))
    Image.fromarray(labels).save(listed.label)
    problems = RowProblems("list")

    films = load_masked_films(
        [dataclasses.replace(listed, label_kind=LabelKind.LUNGS)], side=64, problems=problems
    )

    assert films == []
    with pytest.raises(ManifestError, match=re.escape(f"row 2: the label image {said}")):
        problems.refuse_any()


def test_all_films_and_label_images_that_cannot_be_used_are_named_at_once(tmp_path):
    listed = read_film_list(write_phantoms(tmp_path, ["train"] * 4))
    listed[0].image.write_bytes(b"no film")
    listed[1].label.write_bytes(b"no image")
    Image.fromarray(np.zeros((3, 3), np.uint8)).save(listed[3].label)
    problems = RowProblems("list")

    films = load_masked_films(listed, side=64, problems=problems)

    assert len(films) == 1
    first, second, fourth = problems.lines
    assert first.startswith("row 2: film0.png")
    assert second == "row 3: the label image cannot be read; give it as PNG"
    assert fourth.startswith("row 5: the label image has (3, 3) pixels")


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
        image, labels, _ = dataset[Draw(0, 0, position)]
        white, drawn = image[0] > 127, labels > 0
        overlaps.append((2 * (white & drawn).sum() / (white.sum() + drawn.sum())).item())
        assert image.shape == (1, side, side)
        assert labels.dtype == torch.int64
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

    image, labels, kind = dataset[Draw(0, 0, 0)]

    assert np.array_equal(image[0].numpy(), film.image)
    assert np.array_equal(labels.numpy(), film.labels)
    assert LABEL_KINDS[kind] is LabelKind.LUNGS
    assert len(dataset) == 1


def test_validation_film_is_never_augmented():
    dataset = MaskedFilmDataset([masked_film(64)], side=64, augment=True)

    assert np.array_equal(dataset[0][0][0].numpy(), masked_film(64).image)


def test_batches_have_the_shapes_that_the_network_wants():
    dataset = MaskedFilmDataset([masked_film(64)] * 3, side=32, augment=True)

    images, labels, kinds = next(iter(DataLoader(dataset, batch_size=2, sampler=sampler(3))))

    assert images.shape == (2, 1, 32, 32)
    assert images.dtype == torch.float32
    assert labels.shape == (2, 32, 32)
    assert kinds.tolist() == [1, 1]
