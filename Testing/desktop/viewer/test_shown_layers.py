"""Every layer is hidden, fades and comes back, and takes no other layer along."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.layer_state import LayerState
from CXRTriageScene.caliper_nodes import readCaliper
from CXRTriageScene.case_building import addCase, showResult
from CXRTriageScene.film_geometry import pixelAt
from CXRTriageScene.saliency_nodes import legendOf
from CXRTriageScene.shown_layers import showLayers
from support.driven_viewer import seen, spot_of
from support.results import chest_film, chest_labels, triage_result

NOTHING = LayerState(film=True, masks=False, saliency=False, votes=False, calipers=False)
CLASS = "viral"


class Screen:
    """A case in a view, and what is seen of it."""

    def __init__(self, view, scene):
        self.view = view
        self.nodes = showResult(addCase(chest_film(), "film", scene), triage_result())
        view.showFilm(self.nodes.film)

    def show(self, state):
        """Show layers and return the picture, (rows, columns, 3)."""
        showLayers(self.nodes, state)
        self.view.requestRender()
        return seen(self.view).astype(float)

    def spots(self, layer):
        """Return places on the screen where a layer alone lies over the film."""
        return [spot_of(self.view, *pixel) for pixel in getattr(self, f"_{layer}")()]

    def _masks(self):
        return [(190, 60), (200, 250), (290, 190)]

    def _saliency(self):
        return [(300, 95), (310, 100)]

    def _votes(self):
        nodes = self.nodes.votes.values()
        return [
            pixelAt(self.nodes.film, tuple(node.GetNthControlPointPosition(index)))
            for node in nodes
            for index in range(node.GetNumberOfControlPoints())
        ]

    def _calipers(self):
        lines = (
            readCaliper(self.nodes.calipers[name], self.nodes.film)
            for name in ("heart_diameter", "thoracic_diameter", "midline")
        )
        return [np.array(line.start) + 0.2 * (np.array(line.end) - line.start) for line in lines]


@pytest.fixture
def screen(slice_view, application_logic):
    return Screen(slice_view, application_logic.scene)


def strongest(picture, spot):
    """Return the color near a place that differs most from black, as lines are thin."""
    row, column = spot
    around = picture[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 3)
    return around[around.sum(axis=1).argmax()]


OPACITIES = {
    "masks": ("fill", "outline"),
    "saliency": ("saliencyOpacity",),
    "votes": ("votesOpacity",),
    "calipers": ("calipersOpacity",),
}


# A line is a tube: where its near and far wall both cover what is behind, it is stronger.
SHARE_AT_HALF = {"calipers": (0.5, 0.85)}


def only(layer, opacity=1.0):
    """Return a state that shows nothing but one layer over the hidden film."""
    fields = dict.fromkeys(OPACITIES[layer], opacity)
    return dataclasses.replace(NOTHING, film=False, saliencyClass=CLASS, **{layer: True}, **fields)


@pytest.mark.parametrize("layer", OPACITIES)
def test_layer_fades_in_proportion_and_is_gone_where_it_is_hidden(screen, layer):
    full = screen.show(only(layer))
    half = screen.show(only(layer, 0.5))
    hidden = screen.show(dataclasses.replace(only(layer), **{layer: False}))

    for spot in screen.spots(layer):
        color = strongest(full, spot)
        assert color.max() > 60
        low, high = SHARE_AT_HALF.get(layer, (0.5, 0.5))
        assert (strongest(half, spot) >= low * color - 14).all()
        assert (strongest(half, spot) <= high * color + 14).all()
        assert not hidden[spot].any()


def test_film_fades_and_hides_under_layers_that_stay(screen):
    full = screen.show(NOTHING)
    third = screen.show(dataclasses.replace(NOTHING, filmOpacity=0.3))
    state = dataclasses.replace(NOTHING, film=False, votes=True)
    hidden = screen.show(state)

    spots = screen.spots("masks")
    for spot in spots:
        np.testing.assert_allclose(third[spot], 0.3 * full[spot], atol=2)
        assert not hidden[spot].any()
    assert all(strongest(hidden, spot).max() > 60 for spot in screen.spots("votes"))
    np.testing.assert_array_equal(screen.show(NOTHING), full)


def test_fill_and_border_of_masks_fade_apart(screen):
    labels = chest_labels()
    row = 190
    border = int(np.flatnonzero(labels[row] == Structure.RIGHT_LUNG)[0])
    edge, inside = spot_of(screen.view, row, border), spot_of(screen.view, row, border + 40)

    outlined = screen.show(dataclasses.replace(only("masks"), fill=0.0))
    filled = screen.show(dataclasses.replace(only("masks"), outline=0.0))

    assert strongest(outlined, edge).max() > 150
    assert not outlined[inside].any()
    assert filled[inside].max() > 150


def test_legend_comes_and_goes_with_saliency(screen):
    legend = legendOf(screen.nodes.saliency[CLASS])

    screen.show(only("saliency"))
    assert legend.GetVisibility()
    screen.show(only("saliency", 0.0))
    assert not legend.GetVisibility()


def test_threshold_hides_weak_saliency_alone(screen):
    everything = screen.show(dataclasses.replace(only("saliency"), threshold=0.0))
    strong = screen.show(dataclasses.replace(only("saliency"), threshold=0.6))
    middle, flank = (spot_of(screen.view, *pixel) for pixel in ((300, 95), (345, 95)))

    np.testing.assert_allclose(strong[middle], everything[middle], atol=2)
    assert everything[flank].any()
    assert not strong[flank].any()
