"""``cxrtriage evaluate`` with small networks: corrected masks, and what a terminal shows."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.commands.main import main
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.exporting.labels import write_labels_nrrd
from support.film_folders import write_synthetic_chests
from support.slicer_files import segment_header, write_segmentation


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Return the list of three chests."""
    folder = tmp_path_factory.mktemp("films")
    return write_synthetic_chests(folder, [("test", name) for name in ("normal", "viral", "")])


@pytest.fixture(scope="module")
def masks(films, tmp_path_factory):
    """Return what the workstation leaves: a segmentation of one film, labels of another."""
    folder = tmp_path_factory.mktemp("masks")
    first, second = (
        np.asarray(Image.open(films.parent / f"labels{number}.png")) for number in (0, 1)
    )
    segments = [
        {"ID": f"Segment_{value}", "LabelValue": str(value), "Layer": "0", "Name": name, "Tags": ""}
        for value, name in ((1, "heart"), (2, "left lung"), (3, "right lung"))
    ]
    write_segmentation(folder / "chest0.seg.nrrd", [first], segment_header(segments))
    (folder / "chest1").mkdir()
    write_labels_nrrd(folder / "chest1" / "labels.nrrd", second, spacing=PixelSpacing())
    return folder


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))


def evaluate(films: Path, models: Path, output: Path, *options: object) -> int:
    arguments = [films, "--output", output, "--models", models / "small", "--no-controls"]
    return main(["evaluate", *(str(item) for item in (*arguments, *options))])


def table(output: Path, name: str) -> list[dict[str, str]]:
    with (output / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_effect_of_correction_on_every_number_is_a_table(films, masks, small_models, tmp_path):
    assert evaluate(films, small_models, tmp_path / "out", "--masks", masks) == 0

    effect = {row["measure"]: row for row in table(tmp_path / "out", "effect_of_correction")}
    lungs = effect["Both lungs together, Jaccard"]
    assert float(lungs["second"]) == 1
    assert float(lungs["difference"]) == pytest.approx(1 - float(lungs["first"]))
    assert lungs["difference_films"] == "2"
    assert {"Accuracy", "F1 (class mean)", "Both lungs together, HD95 [px]"} <= set(effect)
    (main_lungs,) = (
        row for row in table(tmp_path / "out", "main_numbers") if row["measure"] == "Lungs, Jaccard"
    )
    assert main_lungs["site_films"] == "3"
    assert float(main_lungs["site"]) < 1


def test_corrected_masks_can_stand_instead_of_the_networks(films, masks, small_models, tmp_path):
    options = ("--masks", masks, "--corrected-only")

    assert evaluate(films, small_models, tmp_path / "out", *options) == 0

    assert not (tmp_path / "out" / "tables" / "effect_of_correction.csv").exists()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "What correcting the masks changes" not in page


@pytest.mark.parametrize("is_terminal", [True, False])
def test_terminal_shows_rate_and_time_left(films, small_models, tmp_path, monkeypatch, is_terminal):
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return is_terminal

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)

    assert evaluate(films, small_models, tmp_path / "out", "--jobs", "2") == 0

    bars = re.findall(
        r"Measuring films: 100%.*3/3 \[\d\d:\d\d<\d\d:\d\d, .*film", screen.getvalue()
    )
    assert bool(bars) == is_terminal
