"""The figures of a benchmark as lines for people; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from CXRTriageLib.benchmarking.figures import BenchmarkFigures, PipelineFigures, Target
from CXRTriageLib.benchmarking.machine import Machine
from CXRTriageLib.benchmarking.measurement import Measurement, Timing

_NAME_WIDTH = 46
_HEADER = f"{'seconds':<{_NAME_WIDTH}}  median     95%     min     max"


def report_lines(figures: BenchmarkFigures) -> Iterator[str]:
    """Yield a benchmark line by line.

    Parameters
    ----------
    figures
        From one run of the benchmark.

    Yields
    ------
    str
        Machine, film, each arithmetic, the paper's procedure, ratios, targets; the last line
        sums up.
    """
    yield from _machine_lines(figures.machine)
    rows, columns = figures.ours[0].loaded.film_shape
    yield f"Film: {rows} rows x {columns} columns, {figures.film}"
    for model in figures.models:
        yield f"Network: {model.name} {model.version}, SHA-256 {model.sha256[:12]}"
    for item in figures.ours:
        yield ""
        yield from _pipeline_lines(item)
    yield ""
    yield from _paper_lines(figures)
    yield ""
    yield from (_target_line(target) for target in figures.targets())
    yield _summary(figures)


def _machine_lines(machine: Machine) -> Iterator[str]:
    flags = "unknown flags" if machine.flags is None else " ".join(machine.flags) or "no AVX"
    yield f"Machine: {machine.processor}, {machine.cores} cores, {flags}; {machine.system}"
    yield "Packages: " + ", ".join(f"{name} {number}" for name, number in machine.versions)
    if machine.is_busy:
        yield (
            f"This machine is busy: {machine.waiting_processes:.1f} processes wanted its "
            f"{machine.cores} cores before the benchmark began, so all times are too long."
        )


def _pipeline_lines(item: PipelineFigures) -> Iterator[str]:
    loaded = item.loaded
    runs = len(loaded.file_to_result.runs_s)
    yield f"{loaded.engine}, {loaded.patches} patches, {runs} runs"
    yield _HEADER
    yield _timing_line(loaded.file_to_result)
    yield from _timing_lines(loaded.stages, indent="  ")
    yield from _timing_lines([loaded.file_to_masks] if loaded.file_to_masks else [])
    yield _timing_line(item.first_film)
    yield _memory_line("peak memory, one film in a process of its own", item.first_film_memory_mb)


def _paper_lines(figures: BenchmarkFigures) -> Iterator[str]:
    paper = figures.paper
    if paper is None:
        yield f"The paper's procedure was left out. {figures.paper_left_out}".rstrip()
        return
    yield from _procedure_lines(paper)
    for ratio in figures.ratios():
        yield (
            f"Paper {ratio.paper_s:.2f} s / ours {ratio.ours_s:.2f} s in {ratio.arithmetic.value} "
            f"= {ratio.times_faster:.1f} times faster"
        )


def _procedure_lines(paper: Measurement) -> Iterator[str]:
    yield (
        f"The paper's procedure as published: {paper.patches} random patches one by one, map by "
        f"pytorch-grad-cam, {paper.engine}, {len(paper.file_to_result.runs_s)} runs"
    )
    yield "The checkpoint is loaded once; the authors' code loads it for every patch of the map."
    yield _HEADER
    yield _timing_line(paper.file_to_result)
    yield from _timing_lines(paper.stages, indent="  ")
    yield _memory_line("peak memory", paper.peak_memory_mb)


def _timing_lines(timings: Iterable[Timing], *, indent: str = "") -> Iterator[str]:
    yield from (_timing_line(timing, indent=indent) for timing in timings)


def _timing_line(timing: Timing, *, indent: str = "") -> str:
    numbers = (timing.median_s, timing.p95_s, timing.shortest_s, timing.longest_s)
    name = indent + timing.name
    return f"{name:<{_NAME_WIDTH}}" + "".join(f"{number:8.3f}" for number in numbers)


def _memory_line(name: str, megabytes: float | None) -> str:
    found = "not known on this system" if megabytes is None else f"{megabytes:8.0f} MB"
    return f"{name:<{_NAME_WIDTH}}{found}"


def _target_line(target: Target) -> str:
    bound = "at least" if target.at_least else "at most"
    verdict = "met" if target.is_met else "missed"
    digits = 0 if target.unit == "MB" else 2
    return (
        f"Target: {target.name}: {target.found:.{digits}f} {target.unit}, "
        f"{bound} {target.limit:g} {target.unit}: {verdict}"
    )


def _summary(figures: BenchmarkFigures) -> str:
    chosen, targets = figures.ours[0], figures.targets()
    parts = [f"{chosen.loaded.file_to_result.median_s:.2f} s from file to result"]
    parts += [
        f"{ratio.times_faster:.1f} times faster than the paper's procedure"
        for ratio in figures.ratios()[:1]
    ]
    parts.append(f"first result of a cold process after {chosen.first_film.median_s:.2f} s")
    if chosen.first_film_memory_mb is not None:
        parts.append(f"peak memory {chosen.first_film_memory_mb:.0f} MB")
    met = sum(target.is_met for target in targets)
    return (
        f"In short, {chosen.loaded.engine}: {', '.join(parts)}; {met} of {len(targets)} targets met"
    )
