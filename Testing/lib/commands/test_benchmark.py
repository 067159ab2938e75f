"""``cxrtriage benchmark`` as people run it; no time is asserted, they are the machine's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from CXRTriageLib.benchmarking.benchmark_film import write_benchmark_film
from CXRTriageLib.commands.main import main
from CXRTriageLib.networks.weights import MANIFEST_NAME, Task, default_models_folder

ARE_SHIPPED = all((default_models_folder() / task.value / MANIFEST_NAME).is_file() for task in Task)
NEEDS_NETWORKS = pytest.mark.skipif(
    not ARE_SHIPPED, reason="This checkout has no networks in Resources/Models."
)
OUR_STAGES = [
    "reading", "hash of the pixels", "preprocessing", "segmentation network", "masks",
    "biomarkers", "eligibility", "patches and vote", "classification network", "saliency", "result",
]  # fmt: skip


@pytest.fixture
def film(tmp_path):
    """Return the chest film of pydicom-data, small, so that this is quick."""
    return write_benchmark_film(
        Path(get_testdata_file("RG1_UNCR.dcm")), tmp_path / "film.dcm", shape=(720, 600)
    )


@NEEDS_NETWORKS
def test_all_figures_are_printed_and_written_and_ratios_follow_from_them(tmp_path, film, capsys):
    written = tmp_path / "figures.json"

    code = main(["benchmark", "--film", str(film), "--repeats", "1", "--json", str(written)])

    said = capsys.readouterr().out
    document = json.loads(written.read_text(encoding="utf-8"))
    assert code == 0
    for item in document["ours"]:
        assert [stage["name"] for stage in item["loaded"]["stages"]] == OUR_STAGES
        total = item["loaded"]["file_to_result"]["median_s"]
        assert total == pytest.approx(sum(s["median_s"] for s in item["loaded"]["stages"]))
        assert item["loaded"]["patches"] > 0
        assert item["first_film"]["median_s"] > 0
    assert [item["arithmetic"] for item in document["ours"]][-1] == "f32"
    paper_s = document["paper"]["file_to_result"]["median_s"]
    for ratio, item in zip(document["ratios"], document["ours"], strict=True):
        ours_s = item["loaded"]["file_to_result"]["median_s"]
        assert ratio["times_faster"] == pytest.approx(paper_s / ours_s)
        assert f"= {paper_s / ours_s:.1f} times faster" in said
    assert document["paper"]["patches"] == 100
    assert {"processor", "cores", "flags", "versions"} <= document["machine"].keys()
    assert str(tmp_path) not in written.read_text(encoding="utf-8")
    assert said.splitlines()[-1].startswith("In short, OpenVINO CPU")
    assert len(re.findall(r"^Target: .*: (?:met|missed)$", said, re.M)) == len(document["targets"])


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--film", "none.dcm"], id="no film"),
        pytest.param(["--models", "none"], id="no folder"),
        pytest.param(["--repeats", "0"], id="no runs"),
    ],
)
def test_wrong_usage_ends_with_2(arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["benchmark", *arguments])

    assert stopped.value.code == 2
