"""Two measurements of the same films, against a published example, SciPy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import brier_score_loss, f1_score, recall_score, roc_auc_score

from CXRTriageLib.site_evaluation.statistics.calibration import calibration
from CXRTriageLib.site_evaluation.statistics.columns import AGREEMENT_MEASURES
from CXRTriageLib.site_evaluation.statistics.comparison import compare, mcnemar_test, paired
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.results import CLASS_NAMES
from support.site_records import film_record, made_up_site, vote_for


def answers(right):
    """Return films of one class, of which some are right."""
    records = [
        film_record(row, class_name="viral", **vote_for("viral" if is_right else "normal"))
        for row, is_right in enumerate(right)
    ]
    return read_films(records, CLASS_NAMES).network


def test_mcnemar_is_that_of_fagerland_2013():
    # M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research Methodology 13:91, 2013: airway
    # hyper-responsiveness of 21 children before and after a transplantation, 1, 1, 7 and 12 (data
    # set bentur_2009 of the R package contingencytables, which belongs to their book). Exact
    # conditional test: twice the chance of at most 1 of 8, that is 2 * (1 + 8) / 2^8.
    first = answers([True] + [True] + 7 * [False] + 12 * [False])
    second = answers([True] + [False] + 7 * [True] + 12 * [False])

    found = mcnemar_test(*(LabeledFilms.of(films, CLASS_NAMES) for films in (first, second)))

    assert (found.both, found.first_only, found.second_only, found.neither) == (1, 1, 7, 12)
    assert found.p == pytest.approx(18 / 256)


def test_differences_are_those_of_films_that_both_hold():
    first, second = answers(10 * [False] + 10 * [True]), answers(20 * [True] + 5 * [False])

    found = compare(first, second, CLASS_NAMES, draws=200)

    accuracy = found.differences[0]
    assert (accuracy.name, accuracy.first, accuracy.second) == ("accuracy", 0.5, 1.0)
    assert accuracy.difference.value == 0.5
    assert 0 < accuracy.difference.low < 0.5 < accuracy.difference.high
    assert (found.films, found.changed_class, found.mcnemar.second_only) == (20, 10, 10)


def test_correction_is_compared_film_by_film():
    site = read_films(made_up_site(40, corrected=9).records(), CLASS_NAMES)

    found = compare(site.network, site.corrected, CLASS_NAMES, draws=50)

    by_name = {item.name: item for item in found.differences}
    ratio, heart = by_name["cardiothoracic_ratio"], by_name["heart jaccard"]
    assert found.films == 9
    assert ratio.difference.value == pytest.approx(0.004)
    assert ratio.absolute == pytest.approx(0.004)
    assert heart.second == pytest.approx(0.985 - 0.06)
    assert heart.difference.value == pytest.approx(heart.second - heart.first)


def test_films_are_paired_by_key_in_the_order_of_the_first():
    films = answers(6 * [True])
    first, second = paired(films, films.take(np.array([4, 1, 3])))

    assert first.key.tolist() == second.key.tolist() == ["k00001", "k00003", "k00004"]


def test_without_common_films_there_is_nothing_to_compare():
    films = answers(4 * [True])

    assert compare(films.take([0]), films.take([1]), CLASS_NAMES) is None


@pytest.mark.parametrize(("first_only", "second_only"), [(3, 15), (8, 8), (0, 6), (0, 0)])
def test_mcnemar_is_the_sign_test_of_the_films_that_differ(first_only, second_only):
    first = answers(first_only * [True] + second_only * [False] + 4 * [True])
    second = answers(first_only * [False] + second_only * [True] + 4 * [True])
    differing = first_only + second_only
    theirs = stats.binomtest(first_only, differing).pvalue if differing else 1.0

    found = mcnemar_test(*(LabeledFilms.of(films, CLASS_NAMES) for films in (first, second)))

    assert found.p == pytest.approx(theirs)


def test_intervals_of_differences_are_those_of_scipy():
    generator = np.random.default_rng(6)
    right = generator.random((2, 80)) < np.array([[0.5], [0.75]])
    change = right[1].astype(float) - right[0]
    theirs = stats.bootstrap(
        (change,), np.mean, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval

    found = compare(answers(right[0]), answers(right[1]), CLASS_NAMES, draws=20_000)

    difference = found.differences[0].difference
    # In steps of one film of 80.
    assert (difference.low, difference.high) == pytest.approx(tuple(theirs), abs=1 / 80 + 1e-9)


def test_class_means_of_two_runs_are_those_of_scikit_learn():
    first, second = (
        read_films(made_up_site(60, seed=seed, corrected=0).records(), CLASS_NAMES).network
        for seed in (0, 1)
    )
    pair = paired(first, second)
    votes = [LabeledFilms.of(films, CLASS_NAMES) for films in pair]

    found = {item.name: item for item in compare(*pair, CLASS_NAMES, draws=20).differences}

    scores = [f1_score(item.truth, item.found, average="macro") for item in votes]
    assert (found["f1"].first, found["f1"].second) == pytest.approx(scores)
    assert found["f1"].difference.value == pytest.approx(scores[1] - scores[0])
    areas = [roc_auc_score(item.truth, item.probabilities, multi_class="ovr") for item in votes]
    assert found["area"].difference.value == pytest.approx(areas[1] - areas[0])


def test_numbers_of_each_class_and_of_calibration_are_compared():
    first, second = (
        read_films(made_up_site(60, seed=seed, corrected=0).records(), CLASS_NAMES).network
        for seed in (0, 1)
    )
    pair = paired(first, second)
    votes = [LabeledFilms.of(films, CLASS_NAMES) for films in pair]

    found = {item.name: item for item in compare(*pair, CLASS_NAMES, draws=20).differences}

    for code, name in enumerate(CLASS_NAMES):
        recalls = [recall_score(item.truth == code, item.found == code) for item in votes]
        areas = [roc_auc_score(item.truth == code, item.probabilities[:, code]) for item in votes]
        recall, area = found[f"{name} recall"], found[f"{name} area"]
        assert (recall.first, recall.second) == pytest.approx(recalls)
        assert (area.first, area.second) == pytest.approx(areas)
        assert recall.difference.value == pytest.approx(recalls[1] - recalls[0])
    briers = [
        brier_score_loss(item.truth, item.probabilities, labels=range(4), scale_by_half=False)
        for item in votes
    ]
    assert (found["brier"].first, found["brier"].second) == pytest.approx(briers)
    errors = [
        calibration(item.truth, item.probabilities, range(len(item)), draws=2).expected_error
        for item in votes
    ]
    assert found["expected_error"].difference.value == pytest.approx(
        errors[1].value - errors[0].value
    )
    assert found["vote_margin"].first == pytest.approx(pair[0].margin.mean())


def test_effect_on_the_ratio_is_told_against_the_drawn_masks():
    def films_of(*ratios):
        records = [
            film_record(
                row,
                biomarkers=(("cardiothoracic_ratio", ratio),),
                cardiothoracic_ratio_of_label=0.52 if row else None,
            )
            for row, ratio in enumerate(ratios)
        ]
        return read_films(records, CLASS_NAMES).network

    found = compare(films_of(0.4, 0.48, 0.58), films_of(0.4, 0.51, 0.53), CLASS_NAMES, draws=50)

    by_name = {item.name: item for item in found.differences}
    error, other = by_name["ratio_error"], by_name["ratio_other_side"]
    assert (error.first, error.second) == pytest.approx((0.05, 0.01))
    assert error.difference.films == 2
    assert (by_name["ratio_bias"].first, by_name["ratio_bias"].second) == pytest.approx(
        ((-0.04 + 0.06) / 2, 0)
    )
    assert (other.first, other.second) == (0.5, 0)
    # Two errors lie their half distance from their mean; of two, SD is that times the root of 2.
    reach = 1.96 * 0.05 * 2**0.5
    upper, lower = by_name["ratio_upper_limit"], by_name["ratio_lower_limit"]
    assert (lower.first, upper.first) == pytest.approx((0.01 - reach, 0.01 + reach))
    assert upper.second == pytest.approx(1.96 * 0.01 * 2**0.5)


def test_overlaps_are_compared_in_pixels_and_millimeters():
    site = read_films(made_up_site(40, corrected=9).records(), CLASS_NAMES)

    found = compare(site.network, site.corrected, CLASS_NAMES, draws=20)

    names = {item.name for item in found.differences}
    assert {f"heart {measure}" for measure in AGREEMENT_MEASURES} <= names
