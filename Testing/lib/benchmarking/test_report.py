"""Ratios and verdicts on the screen follow from the figures beside them."""

from __future__ import annotations

import dataclasses
import re

import pytest

from CXRTriageLib.benchmarking.figures import BenchmarkFigures, PipelineFigures, Target
from CXRTriageLib.benchmarking.machine import Machine
from CXRTriageLib.benchmarking.measurement import Measurement, Timing
from CXRTriageLib.benchmarking.report import report_lines
from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.networks.device import Arithmetic

MACHINE = Machine(
    processor="Some processor",
    cores=2,
    flags=("avx2", "avx512_bf16"),
    waiting_processes=0.1,
    system="Linux x86_64, Python 3.12.1",
    versions=(("openvino", "2026.1"),),
)
PAPER = Measurement(
    engine="PyTorch CPU f32, 2 threads",
    film_shape=(3000, 2500),
    patches=100,
    file_to_result=Timing(name="file to vote and map", runs_s=(9.0, 12.0, 14.0)),
    stages=(Timing(name="patches, one forward pass each", runs_s=(2.0, 3.0, 4.0)),),
    peak_memory_mb=1700.0,
)


def ours(arithmetic: Arithmetic, result_s: float, memory_mb: float | None) -> PipelineFigures:
    return PipelineFigures(
        arithmetic=arithmetic,
        loaded=Measurement(
            engine=f"OpenVINO CPU {arithmetic.value}",
            film_shape=(3000, 2500),
            patches=33,
            file_to_result=Timing(name="file to result", runs_s=(result_s,)),
            file_to_masks=Timing(name="file to masks", runs_s=(0.3,)),
            stages=(Timing(name="reading", runs_s=(0.01,)),),
        ),
        first_film=Timing(name="first result of a cold process", runs_s=(2.0, 2.5, 6.0)),
        first_film_memory_mb=memory_mb,
    )


@pytest.fixture
def figures():
    return BenchmarkFigures(
        machine=MACHINE,
        film="a film of your own",
        models=(ModelIdentity(name="segmenter", version="1.0", sha256="a" * 64),),
        ours=(ours(Arithmetic.BF16, 0.5, 600.0), ours(Arithmetic.F32, 3.0, 1600.0)),
        paper=PAPER,
    )


def test_ratios_are_those_of_the_medians_beside_them(figures):
    lines = [line for line in report_lines(figures) if line.startswith("Paper ")]

    assert lines == [
        "Paper 12.00 s / ours 0.50 s in bf16 = 24.0 times faster",
        "Paper 12.00 s / ours 3.00 s in f32 = 4.0 times faster",
    ]
    assert [item["times_faster"] for item in figures.to_document()["ratios"]] == [24.0, 4.0]


def test_each_target_is_met_or_missed(figures):
    found = {
        match[1]: match[2]
        for line in report_lines(figures)
        if (match := re.fullmatch(r"Target: (.+?): .*: (met|missed)", line))
    }

    assert found == {
        "bf16, file to result": "met",
        "bf16, file to masks": "met",
        "bf16, peak memory of inference": "met",
        "f32, file to result": "missed",
        "f32, file to masks": "met",
        "f32, peak memory of inference": "missed",
        "first result of a cold process": "met",
        "speed against the paper's procedure": "met",
    }


@pytest.mark.parametrize(
    ("limit", "at_least", "is_met"),
    [(10.0, True, True), (10.1, True, False), (10.0, False, True), (9.9, False, False)],
)
def test_a_figure_at_its_limit_meets_it(limit, at_least, is_met):
    target = Target(name="a", found=10.0, limit=limit, unit="s", at_least=at_least)

    assert target.is_met is is_met


def test_last_line_sums_up(figures):
    *_, last = report_lines(figures)

    assert last == (
        "In short, OpenVINO CPU bf16: 0.50 s from file to result, 24.0 times faster than the "
        "paper's procedure, first result of a cold process after 2.50 s, peak memory 600 MB; "
        "6 of 8 targets met"
    )


def test_machine_stages_and_memory_of_every_process_are_shown(figures):
    text = "\n".join(report_lines(figures))

    for part in (
        "Machine: Some processor, 2 cores, avx2 avx512_bf16",
        "segmenter 1.0, SHA-256 aaaaaaaaaaaa",
        "3000 rows x 2500 columns",
    ):
        assert part in text
    assert re.search(r"^  reading +0\.010", text, re.M)
    assert re.search(
        r"^  patches, one forward pass each +3\.000 +3\.900 +2\.000 +4\.000$", text, re.M
    )
    assert re.findall(r"^peak memory.*?(\d+) MB$", text, re.M) == ["600", "1600", "1700"]


def test_a_busy_machine_is_told(figures):
    busy = dataclasses.replace(MACHINE, waiting_processes=3.2)

    text = "\n".join(report_lines(dataclasses.replace(figures, machine=busy)))

    assert "This machine is busy: 3.2 processes wanted its 2 cores" in text


def test_what_is_not_known_is_said_and_is_no_target(figures):
    one = dataclasses.replace(ours(Arithmetic.F32, 1.0, None))
    poor = dataclasses.replace(
        figures, ours=(one,), paper=None, paper_left_out="Install it with: pip install x"
    )

    text = "\n".join(report_lines(poor))

    assert "not known on this system" in text
    assert "The paper's procedure was left out. Install it with: pip install x" in text
    assert text.endswith("3 of 3 targets met")
    assert poor.to_document()["ratios"] == []
