"""Whatever is done in whatever order can be taken back to the start and made again to the end."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from CXRTriageEditing.mask_editor import MaskEditor
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.mask_nodes import addMasks, readMasks
from support.mrml_scenes import fresh_scene
from support.results import chest_film, chest_labels

ROWS, COLUMNS = 400, 320
POINTS = st.tuples(st.integers(-20, ROWS + 20), st.integers(-20, COLUMNS + 20))
STRUCTURES = st.sampled_from(list(Structure))
CHANGES = st.one_of(
    st.tuples(st.just("stroke"), st.lists(POINTS, max_size=4), st.integers(0, 40), STRUCTURES),
    st.tuples(st.just("fillPolygon"), st.lists(POINTS, max_size=6), STRUCTURES),
    st.tuples(st.sampled_from(["fillHoles", "keepLargest", "swapSides", "reset", "elsewhere"])),
)
STEPS = st.one_of(CHANGES, st.tuples(st.sampled_from(["undo", "redo"])))


class Recorder:
    """An editor beside the list of states that it should have gone through."""

    def __init__(self, scene):
        self.film = addFilm(chest_film(), "film", scene)
        start = chest_labels()
        # A hole and a loose piece, so that there is something to fill and to throw away.
        start[180:190, 80:90] = Structure.BACKGROUND
        start[5:9, 5:9] = Structure.RIGHT_LUNG
        self.node = addMasks(start, self.film, "masks")
        self.editor = MaskEditor(self.node, self.film)
        self.states, self.at = [start], 0

    def labels(self):
        """Return the masks, which must be the same in editor and node."""
        labels = self.editor.labels().copy()
        assert np.array_equal(readMasks(self.node, self.film), labels)
        return labels

    def take(self, step):
        """Do a step, and compare with what it should have come to."""
        name, *values = step
        if name in ("undo", "redo"):
            getattr(self.editor, name)()
            self.at = min(max(self.at + (1 if name == "redo" else -1), 0), len(self.states) - 1)
            assert np.array_equal(self.labels(), self.states[self.at])
            return
        self.change(name, values)
        if not np.array_equal(self.labels(), self.states[self.at]):
            self.states = [*self.states[: self.at + 1], self.labels()]
            self.at += 1

    def change(self, name, values):
        """Change the masks, as a tool does or as the Segment Editor of 3D Slicer."""
        if name == "stroke":
            points, radius, structure = values
            self.editor.beginStroke()
            for row, column in points:
                self.editor.dab(row, column, radius, structure)
            self.editor.endStroke()
        elif name == "reset":
            self.editor.reset(chest_labels())
        elif name == "elsewhere":
            segment = self.node.GetSegmentation().GetSegment("heart")
            layer = segment.GetRepresentation("Binary labelmap")
            drawn = int(layer.GetScalarComponentAsDouble(30, 30, 0, 0)) ^ int(Structure.HEART)
            layer.SetScalarComponentFromDouble(30, 30, 0, 0, drawn)
            self.editor.adoptChanges()
        else:
            getattr(self.editor, name)(*values)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=14))
def test_undo_goes_to_the_start_and_redo_to_the_end(steps):
    with fresh_scene() as scene:
        recorder = Recorder(scene)
        for step in steps:
            recorder.take(step)
        editor = recorder.editor

        assert (editor.canUndo, editor.canRedo) == (
            recorder.at > 0,
            recorder.at < len(recorder.states) - 1,
        )
        while editor.canUndo:
            recorder.take(("undo",))
        assert np.array_equal(recorder.labels(), recorder.states[0])
        while editor.canRedo:
            recorder.take(("redo",))
        assert np.array_equal(recorder.labels(), recorder.states[-1])
        assert set(np.unique(recorder.labels())) <= set(Structure)
        editor.close()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(CHANGES, min_size=1, max_size=8))
def test_every_change_is_one_step(changes):
    with fresh_scene() as scene:
        recorder = Recorder(scene)
        for change in changes:
            recorder.take(change)
            count = len(recorder.states) - 1
            for _ in range(count):
                assert recorder.editor.canUndo
                recorder.editor.undo()
            assert not recorder.editor.canUndo
            assert np.array_equal(recorder.labels(), recorder.states[0])
            for _ in range(count):
                recorder.editor.redo()
            assert np.array_equal(recorder.labels(), recorder.states[-1])
        recorder.editor.close()
