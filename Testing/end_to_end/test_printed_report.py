"""The report as a browser prints it: A4, and no page with little on it."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.site_evaluation.report.options import ReportOptions
from CXRTriageLib.site_evaluation.report.writer import write_report
from support.site_records import made_up_site, write_overlays

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
PRINTER = shutil.which("pdftoppm")
A4_POINTS = (595, 842)
FOOTER_SHARE = 0.06
LEAST_FILLED = 0.45
"""Down to where the last thing on a page stands, as a share of the page."""


@pytest.mark.skipif(not (BROWSER and PRINTER), reason="needs Chromium and poppler-utils")
def test_report_prints_to_filled_a4_pages(tmp_path):
    site = made_up_site()
    write_overlays(site, tmp_path)
    page = write_report(site, tmp_path, ReportOptions(draws=30, prevalence=(("viral", 0.05),)))
    pdf = tmp_path / "report.pdf"
    sandbox = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    options = ["--headless", *sandbox, "--disable-gpu", "--no-pdf-header-footer"]

    subprocess.run(
        [BROWSER, *options, f"--print-to-pdf={pdf}", page.as_uri()],
        capture_output=True,
        check=True,
        timeout=120,
    )

    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf.read_bytes())
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4_POINTS}
    filled = filled_shares(pdf, tmp_path)
    assert len(filled) == len(boxes) > 5
    # Whatever comes last may end anywhere.
    assert min(filled[:-1]) > LEAST_FILLED, filled


def filled_shares(pdf, folder) -> list[float]:
    """Return for each page down to where anything stands above the footer."""
    subprocess.run(
        [PRINTER, "-r", "30", "-gray", "-png", pdf, folder / "page"], check=True, timeout=120
    )
    shares = []
    for path in sorted(folder.glob("page-*.png")):
        pixels = np.asarray(Image.open(io.BytesIO(path.read_bytes())))
        body = pixels[: round(len(pixels) * (1 - FOOTER_SHARE))]
        shares.append(float(np.flatnonzero((body < 200).any(axis=1))[-1] / len(pixels)))
    return shares
