"""Draw the report of an evaluation from its store."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from CXRTriageLib.errors import InvalidValueError, StoreError
from CXRTriageLib.exporting.atomic import staged_files
from CXRTriageLib.site_evaluation.report.analysis import SiteAnalysis, analyze
from CXRTriageLib.site_evaluation.report.biomarker_section import biomarker_section
from CXRTriageLib.site_evaluation.report.classification_section import classification_section
from CXRTriageLib.site_evaluation.report.control_section import control_section
from CXRTriageLib.site_evaluation.report.document import Report, Table
from CXRTriageLib.site_evaluation.report.files import report_json, table_csv
from CXRTriageLib.site_evaluation.report.gallery_section import gallery_section
from CXRTriageLib.site_evaluation.report.options import RecordSource, ReportOptions
from CXRTriageLib.site_evaluation.report.page import page_html
from CXRTriageLib.site_evaluation.report.segmentation_section import segmentation_section
from CXRTriageLib.site_evaluation.report.summary_section import summary_section
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.statistics.record_columns import SiteFilms, read_films
from CXRTriageLib.site_evaluation.store import EvaluationStore

PAGE_FILE = "report.html"
JSON_FILE = "report.json"
TABLES_FOLDER = "tables"


def write_report(store: RecordSource, output: Path, options: ReportOptions | None = None) -> Path:
    """Write the page, the same as JSON, and every table as CSV.

    The same records and options give the same bytes, but for the date.

    Parameters
    ----------
    store
        Where the records are; they are read once, one at a time.
    output
        Folder of the evaluation, which the paths of the overlays start from.
    options
        Choices of the site.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    InvalidValueError
        If the other run that is to be compared with has other classes.
    StoreError
        If there is no such run.
    """
    options = options or ReportOptions()
    facts = store.facts()
    films = read_films(store.records(), facts.class_names)
    analysis = analyze(films, facts, options, other=_other_films(facts, options))
    return write_document(build_report(analysis, output), output)


def write_document(report: Report, output: Path) -> Path:
    """Write the page of a report, the same as JSON, and every table as CSV.

    Parameters
    ----------
    report
        The report; its first table is the last file that is put in place.
    output
        Folder; tables that an earlier report left there and this one lacks are removed.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    StoreError
        If the disk does not take it.
    """
    try:
        _write_files(report, output)
    except OSError as error:
        raise StoreError(
            f"{output}: the report cannot be written ({error}). Make room on the disk or see to "
            "its rights, and start the same command again: no film is measured twice."
        ) from error
    return output / PAGE_FILE


def _write_files(report: Report, output: Path) -> None:
    tables = [
        block for section in report.sections for block in section.blocks if isinstance(block, Table)
    ]
    folder = output / TABLES_FOLDER
    if tables:
        earlier = [path.name for path in folder.glob("*.csv")]
        with staged_files(folder, last=f"{tables[0].key}.csv", owned=earlier) as staging:
            for table in tables:
                (staging / f"{table.key}.csv").write_text(table_csv(table), encoding="utf-8")
    with staged_files(output, last=PAGE_FILE, owned=(JSON_FILE,)) as staging:
        (staging / JSON_FILE).write_text(report_json(report), encoding="utf-8")
        (staging / PAGE_FILE).write_text(page_html(report), encoding="utf-8")


def build_report(analysis: SiteAnalysis, output: Path) -> Report:
    """Return the report as a value.

    Parameters
    ----------
    analysis
        All numbers.
    output
        Folder that the paths of overlays start from.

    Returns
    -------
    Report
        Six sections.
    """
    facts, site = analysis.facts, analysis.options.site_name
    models = "; ".join(
        f"{model.name} {model.version} (SHA-256 {model.sha256[:12]})" for model in facts.models
    )
    return Report(
        title=f"CXRTriage site evaluation{f': {site}' if site else ''}",
        date=report_date(analysis.options.date),
        made_with=(
            f"CXRTriage {facts.software_version}, mode {facts.mode}",
            f"Networks: {models}",
            f"Intervals: 95 %; shares exact (Clopper-Pearson), all others from "
            f"{analysis.options.draws} resampled sets of patients",
        ),
        sections=(
            summary_section(analysis),
            segmentation_section(analysis),
            classification_section(analysis),
            biomarker_section(analysis),
            control_section(analysis),
            gallery_section(analysis, output),
        ),
    )


def _other_films(facts: RunFacts, options: ReportOptions) -> SiteFilms | None:
    if options.compare_with is None:
        return None
    with EvaluationStore.open(options.compare_with, read_only=True) as other:
        if other.facts().class_names != facts.class_names:
            raise InvalidValueError(
                f"{options.compare_with}: the other run has other classes "
                f"({', '.join(other.facts().class_names)}), so there is nothing to compare."
            )
        return read_films(other.records(), facts.class_names)


def report_date(stated: str | None = None) -> str:
    """Return the one date of a report: as stated, from SOURCE_DATE_EPOCH, or today."""
    if stated is not None:
        return stated
    # The convention of reproducible builds, https://reproducible-builds.org/specs/.
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.date().isoformat()
