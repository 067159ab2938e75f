"""Measure what a second worker adds to an evaluation; both cores must be free.

Usage: python .ci/evaluation_throughput.py [FILMS]
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CXRTriageLib.benchmarking.machine import describe_machine  # noqa: E402
from CXRTriageLib.commands.run import sample_film  # noqa: E402
from CXRTriageLib.site_evaluation.run_throughput import evaluation_throughput  # noqa: E402

RESULT = ROOT / "Resources" / "Models" / "benchmark-evaluation.json"


def main() -> int:
    """Write what was measured; 0 where the second worker adds what it should."""
    films = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    found = evaluation_throughput(sample_film(), None, films=films)
    document = {"machine": dataclasses.asdict(describe_machine()), **found.to_document()}
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{found.ratio:.2f} times; see {RESULT}\n")
    return 0 if found.is_enough else 1


if __name__ == "__main__":
    raise SystemExit(main())
