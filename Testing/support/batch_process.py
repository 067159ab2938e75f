"""A process that runs a batch with a stand-in for the networks, made to be killed.

Usage: python -m support.batch_process FILMS OUTPUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from CXRTriageLib.commands.run_output import RunOutput
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.exporting.labels import read_labels
from CXRTriageLib.exporting.result_folder import ResultFolders
from CXRTriageLib.pipeline.batch import Batch
from CXRTriageLib.pipeline.films import find_films
from support.results import StandInPipeline, chest_film


def main(films: Path, output: Path) -> None:
    """Run the batch and print its messages as JSON."""
    batch = Batch(
        pipeline=StandInPipeline(),
        read_film=lambda path: chest_film((300, 240), file_name=path.name),
        read_mask=read_labels,
        store=ResultFolders(output),
        settings=TriageSettings.for_mode(Mode.DEFAULT),
    )
    with RunOutput(as_json=True, table_folder=output) as printer:
        batch.run(find_films([films], output=output), printer.report)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
