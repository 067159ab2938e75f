"""The lattice always gives the same answer; random patches may not."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.controls.map_agreement import MapAgreement
from CXRTriageLib.controls.saliency_tables import randomization_rows, steadiness_row
from CXRTriageLib.controls.vote_steadiness import FilmRepeats, film_repeats
from CXRTriageLib.controls.weight_randomization import STAGES
from CXRTriageLib.domain.settings import Mode, PatchPlacement, TriageSettings
from CXRTriageLib.networks.device import Device
from CXRTriageLib.pipeline.triage import TriagePipeline
from support.phantoms import chest_phantom

LATTICE = TriageSettings.for_mode(Mode.DEFAULT)


@pytest.fixture(scope="module")
def pipeline(small_models):
    return TriagePipeline.load(small_models / "small", device=Device.CPU, threads=1)


def repeats(*winners, share_sd=0.1, agreement=0.5):
    found = MapAgreement(rank_correlation=agreement, structural_similarity=agreement)
    return FilmRepeats(winners=winners, share_sd=share_sd, maps=(found,) * (len(winners) - 1))


def test_the_lattice_gives_the_same_answer_for_every_seed(pipeline):
    found = film_repeats(chest_phantom()[0], pipeline, LATTICE, (0, 1))

    assert not found.changes
    assert found.share_sd == 0
    assert found.maps[0].rank_correlation == pytest.approx(1)


def test_random_patches_give_another_map_for_another_seed(pipeline):
    settings = dataclasses.replace(LATTICE, patch_placement=PatchPlacement.RANDOM, patch_count=4)

    found = film_repeats(chest_phantom()[0], pipeline, settings, (0, 1, 1))

    assert len(found.winners) == 3
    assert found.maps[0].structural_similarity < 0.99
    assert found.maps[1].structural_similarity == pytest.approx(1)
    assert FilmRepeats.from_values(dataclasses.asdict(found)) == found


def test_films_whose_class_changes_are_counted():
    films = [repeats("a", "a"), repeats("a", "b"), repeats(), repeats("b", "b", share_sd=0.4)]

    row = steadiness_row("paper", films, ["p", "q", "r", "s"])

    assert row.changed.value == pytest.approx(1 / 3)
    assert row.changed.films == 3
    assert row.share_sd.value == pytest.approx(0.2)
    assert row.maps.rank_correlation.value == pytest.approx(0.5)
    assert row.seeds == 2
    assert steadiness_row("paper", [repeats()], ["p"]) is None


def test_agreement_under_random_weights_is_the_mean_over_films():
    def film(value):
        found = MapAgreement(rank_correlation=value, structural_similarity=None)
        return dict.fromkeys(STAGES, found)

    rows = randomization_rows([film(0.2), {}, film(0.4)], ["p", "q", "r"])

    assert [row.compared for row in rows] == list(STAGES)
    assert rows[0].rank_correlation.value == pytest.approx(0.3)
    assert rows[0].structural_similarity.value is None
    assert randomization_rows([{}], ["p"]) == ()
