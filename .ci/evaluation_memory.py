"""Measure the memory of the main process of an evaluation of many films.

Usage: python .ci/evaluation_memory.py FOLDER [FILMS]

The films are made just before they are looked at, from a few; a worker measures each of the few
once and answers for the others with that and numbers of their own. The main process does all that
it does in any evaluation, the report with every statistic included. The folder keeps films and
results: a run that was stopped goes on there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "CXRTriage"), str(ROOT / "Testing")]

from support.memory_runs import BASES, made_films, run_of  # noqa: E402

RESULT = ROOT / "Resources" / "Models" / "memory-evaluation.json"
FILMS = 10_000
SHAPE = (1024, 900)


def main() -> int:
    """Write what was measured; 0 where it keeps the limit."""
    from CXRTriageLib.networks.weights import default_models_folder
    from CXRTriageLib.site_evaluation.run_memory import LIMIT_MB

    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else FILMS
    films = made_films(folder / "films", count, SHAPE)
    found = run_of(films, folder / "results", default_models_folder())
    document = {"made_from": BASES, "shape": SHAPE, **found.to_document()}
    RESULT.write_text(json.dumps(document) + "\n", encoding="utf-8")
    sys.stdout.write(f"{found.with_report} MB with {count} films; see {RESULT}\n")
    return 0 if found.with_report is not None and found.with_report < LIMIT_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
