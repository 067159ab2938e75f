"""One film in, one result out, by the choices of each mode."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageLib.biomarkers.measurement import measure_biomarkers
from CXRTriageLib.classification.content_seed import pixel_sha256, seed_from_pixels
from CXRTriageLib.classification.patches import BorderRule, patch_boxes
from CXRTriageLib.classification.sampling import lattice_centers, random_centers
from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.settings import Mode, SaliencyMethod, TriageSettings
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.domain.triage import TriageAction
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.pipeline.triage import triage_radiograph
from CXRTriageLib.preprocessing.equalization import preprocessing_table
from CXRTriageLib.preprocessing.resampling import resize_nearest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.saliency.projection import project_class_maps
from CXRTriageLib.segmentation.cleanup import clean_labels
from CXRTriageLib.version import __version__
from support.engines import closed_form_pipeline
from support.phantoms import chest_phantom, ellipse_labels
from support.results import CLASS_NAMES, MODELS
from support.triage_results import assert_identical

SHAPE = (640, 560)
SPACING = PixelSpacing.from_mm(0.4, 0.5, SpacingSource.DETECTOR)
FILM, DRAWN = chest_phantom(SHAPE, spacing=SPACING)
SETTINGS = {mode: TriageSettings.for_mode(mode) for mode in Mode}


def by_gray(patches):
    """Return maps of 7 x 7 from the gray of the patches, each class another one."""
    gray = patches[:, 0].reshape(-1, 7, 32, 7, 32).mean(axis=(2, 4)) / 40
    return np.stack([1 - gray, gray - 1, gray[:, ::-1] - 0.5, gray**2 / 2], axis=1)


def network_labels() -> np.ndarray:
    """Return what the network finds: the chest, and an island that is none of it."""
    labels = ellipse_labels((256, 256))
    labels[3:9, 3:9] = 3
    return labels


PIPELINE = closed_form_pipeline(network_labels(), by_gray)


@pytest.fixture(scope="module", params=Mode, ids=lambda mode: mode.value)
def run(request):
    """Return the mode and its result."""
    return request.param, triage_radiograph(
        FILM, settings=SETTINGS[request.param], pipeline=PIPELINE
    )


def test_masks_are_cleaned_by_default_and_left_as_they_are_by_the_paper(run):
    mode, result = run

    nearest = resize_nearest(network_labels(), SHAPE)
    assert result.segmentation.source is MaskSource.NETWORK
    assert np.array_equal(result.segmentation.labels, nearest) == (mode is not Mode.DEFAULT)
    if mode is Mode.DEFAULT:
        labels = result.segmentation.labels
        assert np.array_equal(labels, clean_labels(labels))
        assert np.mean(labels == ellipse_labels(SHAPE)) > 0.995


def test_patches_are_cut_from_the_working_size_of_the_mode(run):
    mode, result = run

    shape = result.classification.evidence.working_shape

    # 640 rows of 0.4 mm are as tall as 512 columns of 0.5 mm are wide.
    expected = {Mode.DEFAULT: (936, 1024), Mode.PAPER: SHAPE, Mode.TMI: (1024, 1024)}
    assert shape == expected[mode]
    assert result.saliency.values.shape == (len(CLASS_NAMES), *shape)


def test_patches_lie_where_the_mode_places_them(run):
    mode, result = run
    evidence = result.classification.evidence
    labels = resize_nearest(result.segmentation.labels, evidence.working_shape)
    lungs = labels >= 2

    if mode is Mode.DEFAULT:
        centers, border = lattice_centers(lungs), BorderRule.SHIFTED
        assert 20 <= len(centers) <= 45
    else:
        generator = np.random.default_rng(seed_from_pixels(FILM.pixels))
        centers, border = random_centers(lungs, 100, rng=generator), BorderRule.CLIPPED
    assert np.array_equal(evidence.centers, centers)
    assert np.array_equal(
        evidence.boxes, patch_boxes(centers, evidence.working_shape, border=border)
    )


def test_classes_are_called_what_the_manifest_of_a_site_calls_them():
    def flat(patches):
        return np.zeros((len(patches), 4, 7, 7))

    labels = ("Clear", "Effusion", "Nodule", "Edema")
    pipeline = closed_form_pipeline(network_labels(), flat)
    segmenting, classifying = pipeline._manifests
    classes = tuple(
        dataclasses.replace(item, label=label)
        for item, label in zip(classifying.classes, labels, strict=True)
    )
    pipeline._manifests = (segmenting, dataclasses.replace(classifying, classes=classes))

    found = triage_radiograph(FILM, pipeline=pipeline).classification

    assert found.class_labels == labels
    assert found.winner_label == labels[found.votes.winner]


def test_saliency_is_made_by_the_method_of_the_mode_and_stays_in_the_lungs(run):
    mode, result = run
    method = {
        Mode.DEFAULT: SaliencyMethod.PROBABILITY_WEIGHTED,
        Mode.PAPER: SaliencyMethod.PLAIN_AVERAGE,
        Mode.TMI: SaliencyMethod.SCALED_PROBABILITY_WEIGHTED,
    }[mode]
    lungs = PreprocessedFilm.of(FILM).masked(
        result.segmentation.labels, SETTINGS[mode].working_size
    )[1]

    expected = project_class_maps(result.classification.evidence, lungs, method)

    assert np.array_equal(result.saliency.values, expected.values)
    assert not result.saliency.values[:, ~lungs].any()
    assert result.saliency.values.max() > 0


def test_same_film_gives_the_same_result(run):
    mode, result = run

    again = triage_radiograph(FILM, settings=SETTINGS[mode], pipeline=PIPELINE)

    assert_identical(result, again)


def test_biomarkers_are_those_of_the_masks(run):
    _, result = run

    measured = measure_biomarkers(FILM, result.segmentation, preprocessing_table(FILM))
    assert result.biomarkers == measured.biomarkers
    assert result.calipers == measured.calipers
    assert result.biomarker("cardiothoracic_ratio").value == pytest.approx(0.41, abs=0.05)


def test_result_says_what_it_was_made_with(run):
    mode, result = run
    provenance = result.provenance

    assert provenance.software_version == __version__
    assert provenance.models == MODELS
    assert provenance.engine == "closed form"
    assert provenance.pixel_sha256 == pixel_sha256(FILM.pixels)
    seed = seed_from_pixels(FILM.pixels)
    assert provenance.settings == TriageSettings.for_mode(mode, seed=seed)
    assert (result.facts, result.shape, result.spacing) == (FILM.facts, SHAPE, SPACING)


@pytest.mark.parametrize(("mode", "moves"), [(Mode.DEFAULT, False), (Mode.PAPER, True)])
def test_seed_moves_patches_only_where_they_are_random(mode, moves):
    own, one, two = (
        triage_radiograph(
            FILM, settings=TriageSettings.for_mode(mode, seed=seed), pipeline=PIPELINE
        )
        for seed in (None, 1, 2)
    )

    centers = [tuple(map(tuple, r.classification.evidence.centers)) for r in (own, one, two)]
    assert len(set(centers)) == (3 if moves else 1)
    assert one.provenance.settings.seed == 1
    assert own.provenance.settings.seed == seed_from_pixels(FILM.pixels)


def test_corrected_mask_replaces_the_network_s():
    labels = ellipse_labels(SHAPE)
    labels[:200] = 0
    corrected = ChestSegmentation(labels=labels, source=MaskSource.CORRECTED)

    result = triage_radiograph(FILM, corrected=corrected, pipeline=PIPELINE)

    measured = measure_biomarkers(FILM, corrected, preprocessing_table(FILM))
    assert result.segmentation is corrected
    assert result.biomarkers == measured.biomarkers
    shape = result.classification.evidence.working_shape
    lungs = resize_nearest(labels, shape) >= 2
    assert lungs[tuple(result.classification.evidence.centers.T)].all()
    assert not result.saliency.values[:, ~lungs].any()


def test_mask_of_another_size_is_refused_with_both_sizes():
    corrected = ChestSegmentation(labels=ellipse_labels((560, 640)), source=MaskSource.CORRECTED)

    with pytest.raises(
        MaskMismatchError, match=r"phantom\.dcm: the mask has 640 x 560 pixels, the film 560 x 640"
    ):
        triage_radiograph(FILM, corrected=corrected, pipeline=PIPELINE)


def test_film_without_lungs_gets_the_reason_in_place_of_a_class():
    only_heart = np.where(network_labels() == 1, 1, 0).astype(np.uint8)

    result = triage_radiograph(FILM, pipeline=closed_form_pipeline(only_heart, by_gray))

    assert result.classification is None
    assert result.saliency is None
    assert result.recommendation.action is TriageAction.NOT_CLASSIFIED
    assert [item.code for item in result.warnings if item.blocks_classification] == [
        WarningCode.LUNGS_MISSING
    ]
    assert "lung was found" in result.recommendation.reason
    ratio = result.biomarker("cardiothoracic_ratio")
    assert ratio.value is None
    assert ratio.reason


def test_warnings_of_the_reader_come_first():
    said = dataclasses.replace(FILM, facts=dataclasses.replace(FILM.facts, age_years=9.0))
    lateral = triage_radiograph(said, pipeline=PIPELINE).warnings

    assert [item.code for item in lateral] == [WarningCode.UNDER_AGE]

    reader = dataclasses.replace(lateral[0], code=WarningCode.LOSSY_COMPRESSION, message="Lossy.")
    result = triage_radiograph(dataclasses.replace(said, warnings=(reader,)), pipeline=PIPELINE)
    assert result.warnings == (reader, *lateral)


def test_tie_is_said_and_settled_by_the_rule_of_the_mode():
    def takes_turns(patches):
        maps = np.zeros((len(patches), 4, 7, 7))
        maps[::2, 2] = 2.0
        maps[1::2, 1] = 5.0
        return maps

    pipeline = closed_form_pipeline(network_labels(), takes_turns)
    result = triage_radiograph(FILM, settings=SETTINGS[Mode.PAPER], pipeline=pipeline)

    votes = result.classification.votes
    assert votes.counts == (0, 50, 50, 0)
    assert votes.winner_name == "tuberculosis"
    (tie,) = [item for item in result.warnings if item.code is WarningCode.VOTE_TIE]
    assert tie.message == (
        "As many patches voted bacterial pneumonia as tuberculosis; the rule chose tuberculosis."
    )
    assert not tie.blocks_classification


def test_progress_rises_from_0_to_1():
    stages = []

    triage_radiograph(
        FILM, pipeline=PIPELINE, progress=lambda stage, share: stages.append((stage, share))
    )

    shares = [share for _, share in stages]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert len({stage for stage, _ in stages}) == len(stages)
