"""Evaluate made-up films and draw pages of the report into one picture, for the README.

Usage: python .ci/report_picture.py [FOLDER]

It needs WeasyPrint and pypdfium2 (``pip install weasyprint pypdfium2``), which nothing else does.
A folder that is named keeps films and report, and a second call goes on with them.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pypdfium2
from PIL import Image, ImageOps
from weasyprint import HTML

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "CXRTriage")]

from CXRTriageCase.synthetic_chest import synthetic_chest  # noqa: E402
from CXRTriageLib.commands.main import main as cxrtriage  # noqa: E402

PICTURE = ROOT / "Resources" / "Documentation" / "evaluation.png"
FILMS = 24
SHAPE = (1024, 900)
CLASSES = ("normal", "bacterial", "tuberculosis", "viral")
VIEWS = ("PA", "PA", "PA", "AP", "AP supine")
HEADINGS = ("1 Summary", "2 Segmentation", "6 Failure gallery")
"""The first page of each of these sections is shown."""
PAGE_WIDTH = 640
COLORS = 160
BORDER = 12


def write_films(folder: Path) -> Path:
    """Write made-up films with masks, and a manifest with made-up classes and patients."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    rows = []
    for number in range(FILMS):
        chest = synthetic_chest(SHAPE, seed=number, enlarged_heart=number % 3 == 0)
        names = {"image": f"phantom{number:02d}.png", "label": f"masks{number:02d}.png"}
        Image.fromarray(chest.pixels).save(folder / names["image"])
        Image.fromarray(chest.labels).save(folder / names["label"])
        rows.append(
            names
            | {
                "class": CLASSES[number % len(CLASSES)],
                "patient": f"phantom {number // 2 if number < 8 else number}",
                "view": VIEWS[number % len(VIEWS)],
                "age": str(int(rng.integers(20, 90))),
                "sex": "FM"[int(rng.integers(2))],
                "dataset": ("ward", "clinic")[number % 2],
                "manufacturer": ("Alpha", "Beta")[int(rng.integers(2))],
            }
        )
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return manifest


def pages_of(report: Path) -> list[tuple[str, Image.Image]]:
    """Return text and picture of the pages of a report as it prints."""
    printed = pypdfium2.PdfDocument(BytesIO(HTML(report).write_pdf()))
    return [
        (
            page.get_textpage().get_text_bounded(),
            page.render(scale=PAGE_WIDTH / page.get_width()).to_pil().convert("RGB"),
        )
        for page in printed
    ]


def side_by_side(pages: list[Image.Image]) -> Image.Image:
    """Return pages on a gray ground."""
    framed = [ImageOps.expand(page, BORDER, "#8a929b") for page in pages]
    size = (sum(page.width for page in framed), max(page.height for page in framed))
    joined = Image.new("RGB", size, "#8a929b")
    left = 0
    for page in framed:
        joined.paste(page, (left, 0))
        left += page.width
    return joined.quantize(COLORS, dither=Image.Dither.NONE)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="keeps films and report")
    arguments = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        os.environ["XDG_CONFIG_HOME"] = str(Path(temporary) / "settings")
        manifest = folder / "films" / "manifest.csv"
        if not manifest.is_file():
            write_films(folder / "films")
        command = ["evaluate", str(manifest), "--output", str(folder / "report")]
        if cxrtriage([*command, "--prevalence", "viral=0.05"]) != 0:
            return 1
        pages = pages_of(folder / "report" / "report.html")
    if arguments.folder is not None:
        for number, (_, page) in enumerate(pages, start=1):
            page.save(arguments.folder / f"page{number:02d}.png")
    shown = [next(page for text, page in pages if heading in text) for heading in HEADINGS]
    side_by_side(shown).save(PICTURE, optimize=True)
    sys.stdout.write(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB of {len(pages)} pages\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
