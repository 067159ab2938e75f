"""A killed batch leaves no half file, and running it again finishes what is missing."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import SimpleITK
from PIL import Image

from CXRTriageLib.exporting.result_folder import RESULT_FILE, RESULT_FILES
from CXRTriageLib.exporting.table import TABLE_FILE
from support.source_tree import ROOT

FILMS = 6
KILLS = 8


def start(films: Path, output: Path) -> subprocess.Popen[str]:
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'Testing')!r}]; "
        "from pathlib import Path; from support.batch_process import main; "
        f"main(Path({str(films)!r}), Path({str(output)!r}))"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def check_files_are_whole(folder: Path) -> None:
    """Open every file that stands under its final name."""
    for path in folder.iterdir():
        if path.suffix == ".png":
            with Image.open(path) as picture:
                picture.load()
        elif path.suffix == ".nrrd":
            SimpleITK.ReadImage(str(path))
        elif path.suffix == ".json":
            named = json.loads(path.read_text(encoding="utf-8"))["files"]
            assert all((folder / name).is_file() for name in named)
        else:
            assert path.name.startswith(".partial-")


@pytest.fixture
def films(tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    for number in range(FILMS):
        (folder / f"film{number}.png").write_bytes(bytes([number]))
    return folder


def test_killed_batch_leaves_no_half_file_and_goes_on(tmp_path, films):
    output = tmp_path / "out"
    rng = random.Random(3)
    whole = []

    for _ in range(KILLS):
        process = start(films, output)
        # The first line says that the work has begun; a film takes a fraction of a second.
        process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.5))
        process.kill()
        process.communicate()
        # On a quick machine the last kill comes after the table, which is no folder.
        for folder in output.glob("*/"):
            check_files_are_whole(folder)
        whole.append(len(list(output.glob(f"*/{RESULT_FILE}"))))
    assert whole == sorted(whole), "a complete result was lost"
    assert not (output / TABLE_FILE).exists() or whole[-1] == FILMS

    process = start(films, output)
    lines = process.communicate(timeout=120)[0].splitlines()

    states = [json.loads(line)["event"] for line in lines]
    assert process.returncode == 0
    assert states.count("kept") >= whole[-1]
    assert states.count("kept") + states.count("finished") == FILMS
    for number in range(FILMS):
        names = {path.name for path in (output / f"film{number}").iterdir()}
        assert {name for name in names if not name.startswith(".")} == set(RESULT_FILES)
    with (output / TABLE_FILE).open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == FILMS
