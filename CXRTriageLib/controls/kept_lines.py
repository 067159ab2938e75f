"""One line for each film in a file, so that a stopped run goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.version import __version__


@dataclass(frozen=True, kw_only=True)
class KeptLines:
    """A file of measured values.

    Attributes
    ----------
    path
        JSON lines; each has the fingerprint of a film and what was measured on it.
    made_with
        Everything besides the film that the values depend on: networks, settings, seeds.
    """

    path: Path
    made_with: Sequence[object]

    def collect(
        self,
        films: Sequence[ListedFilm],
        measure: Callable[[ListedFilm], dict[str, Any]],
        *,
        purpose: str,
    ) -> list[dict[str, Any]]:
        """Measure the films that the file lacks, and return the values of all.

        Parameters
        ----------
        films
            Rows of a manifest.
        measure
            Returns values that JSON can hold.
        purpose
            Shown beside the progress bar.

        Returns
        -------
        list of dict
            In the order of ``films``.
        """
        wanted = [self._fingerprint(film) for film in films]
        kept = self._read()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            # A half line that a killed run left must not swallow the next one.
            file.write("\n")
            missing = [pair for pair in zip(films, wanted, strict=True) if pair[1] not in kept]
            for film, fingerprint in tqdm(missing, desc=purpose, unit="film", disable=not missing):
                kept[fingerprint] = measure(film)
                line = {"made_with": fingerprint, "values": kept[fingerprint]}
                file.write(json.dumps(line, allow_nan=False) + "\n")
                file.flush()
        return [kept[fingerprint] for fingerprint in wanted]

    def _read(self) -> dict[str, dict[str, Any]]:
        kept: dict[str, dict[str, Any]] = {}
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    found = json.loads(line)
                except json.JSONDecodeError:
                    continue
                kept[found["made_with"]] = found["values"]
        return kept

    def _fingerprint(self, film: ListedFilm) -> str:
        text = repr([__version__, film.image, *self.made_with])
        return hashlib.sha256(text.encode()).hexdigest()[:32]
