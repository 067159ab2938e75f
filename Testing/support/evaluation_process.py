"""A process that evaluates films with small networks, made to be killed.

Usage: python -m support.evaluation_process MANIFEST OUTPUT MODELS
"""

from __future__ import annotations

import sys
from pathlib import Path

from support.evaluations import choices_of, evaluate, films_of


def main(manifest: Path, output: Path, models: Path) -> None:
    """Evaluate all films in this process."""
    evaluate(films_of(manifest, output), output, choices_of(models))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
