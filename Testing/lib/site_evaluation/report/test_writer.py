"""The report: one page with everything inside, the same as JSON, every table as CSV."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.site_evaluation.report.options import ReportOptions
from CXRTriageLib.site_evaluation.report.writer import write_report
from support.results import CLASS_NAMES
from support.site_records import MadeUpSite, film_record, made_up_site, vote_for, write_overlays

OPTIONS = ReportOptions(
    draws=30, date="2026-01-02", prevalence=(("viral", 0.05),), site_name="A <made-up> site"
)


class Page(HTMLParser):
    """Collects what a page refers to and whether its elements are closed."""

    VOID = ("meta", "img", "br")

    def __init__(self, text):
        super().__init__()
        self.links, self.open, self.pictures, self.headings = [], [], 0, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Note what begins."""
        self.links += [value for name, value in attributes if name in ("src", "href")]
        self.pictures += tag == "img"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Check that it is the last one that began."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note headings."""
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluation")
    site = made_up_site()
    write_overlays(site, folder)
    write_report(site, folder, OPTIONS)
    return folder


def test_page_needs_no_other_file(output):
    page = Page((output / "report.html").read_text(encoding="utf-8"))

    assert page.open == []
    assert page.pictures > 15
    assert all(link.startswith(("data:image/", "#")) for link in page.links)
    assert page.headings == [
        "1 Summary", "2 Segmentation", "3 Classification", "4 Biomarkers by class",
        "5 Controls", "6 Failure gallery",
    ]  # fmt: skip


def test_words_of_the_site_are_text_and_not_markup(output):
    text = (output / "report.html").read_text(encoding="utf-8")

    assert "A &lt;made-up&gt; site" in text
    assert "<made-up>" not in text


def test_every_table_is_a_file_with_the_numbers_of_the_json(output):
    document = json.loads((output / "report.json").read_text(encoding="utf-8"))
    tables = [
        block
        for section in document["sections"]
        for block in section["blocks"]
        if block["type"] == "table"
    ]

    assert {table["key"] for table in tables} == {
        path.stem for path in (output / "tables").glob("*.csv")
    }
    assert len({table["key"] for table in tables}) == len(tables) > 15
    for table in tables:
        with (output / "tables" / f"{table['key']}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(table["rows"])
        for read, row in zip(rows, table["rows"], strict=True):
            for key, cell in row.items():
                value = cell["value"] if isinstance(cell, dict) else cell
                assert read[key] == ("" if value is None else str(value))
                if isinstance(cell, dict):
                    assert int(read[f"{key}_films"]) == cell["films"]


def test_no_number_with_an_interval_stands_without_its_films(output):
    text = (output / "report.html").read_text(encoding="utf-8")
    tables = re.findall(r'(?:<p class="count">[^<]*</p>\n)?<table.*?</table>', text, re.DOTALL)

    shown = [table for table in tables if "<small>(" in table]
    assert len(shown) > 8
    for table in shown:
        counted = 'class="count">n: ' in table or "n films (patients)" in table
        has_columns = ">Films</th>" in table and ">Patients</th>" in table
        each = table.count("<small>(") <= table.count("<small>n ")
        assert counted or has_columns or each


def test_films_that_all_numbers_of_a_table_rest_on_are_said_once(output):
    text = (output / "report.html").read_text(encoding="utf-8")
    table = re.search(r"<h3>Classification, as in.*?</table>", text, re.DOTALL)[0]

    assert 'class="count">n: 160 films of 144 patients<' in table
    assert table.count("160") == 1


def test_groups_whose_columns_say_their_films_have_no_second_count(output):
    text = (output / "report.html").read_text(encoding="utf-8")
    table = re.search(r"<h3>By view, sex.*?</table>", text, re.DOTALL)[0]

    assert ">Patients</th>" in table
    assert "n films (patients)" not in table


def test_kept_identifiers_have_a_column_only_where_there_are_any(output, tmp_path):
    site = made_up_site(40)
    kept = [dataclasses.replace(film, identifiers=(("file", "a.png"),)) for film in site.films]

    write_report(MadeUpSite(films=kept, run=site.run), tmp_path, OPTIONS)

    assert "Kept identifiers" not in (output / "report.html").read_text(encoding="utf-8")
    assert "Kept identifiers" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_temperature_at_the_limit_of_its_search_is_not_given(tmp_path):
    films = [
        film_record(row, patient_key=f"p{row}", class_name="normal", **vote_for("viral", 0.97))
        for row in range(20)
    ]

    write_report(MadeUpSite(films), tmp_path, OPTIONS)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "No temperature can be given: on the 10 films" in page
    assert "With the temperature" not in page
    assert "20.00" not in page


def test_numbers_that_do_not_vary_between_draws_are_not_compared_with_the_model_card(tmp_path):
    known = {"value": 0.7, "low": 0.6, "high": 0.8, "films": 300, "patients": 200, "level": 0.95}
    films = [
        film_record(row, patient_key=f"p{row}", class_name=name, **vote_for("normal"))
        for row, name in enumerate(["normal", "viral"] * 10)
    ]
    card = {"classification": [{"classifier": "vote", "balanced_accuracy": known}]}
    run = dataclasses.replace(made_up_site(8).run, measurements=card)

    write_report(MadeUpSite(films=films, run=run), tmp_path, OPTIONS)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "(no spread)" in page
    assert "Lower here" not in page


def test_numbers_are_those_of_the_films(output):
    with (output / "tables" / "classification.csv").open(encoding="utf-8") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    films = [film for film in made_up_site().films if film.found_class and film.overlay]
    share = sum(film.found_class == film.class_name for film in films) / len(films)

    assert float(rows["Accuracy"]["value"]) == share
    assert int(rows["Accuracy"]["value_films"]) == len(films) == 160


def test_the_same_records_give_the_same_bytes(output, tmp_path):
    write_overlays(made_up_site(), tmp_path)
    write_report(made_up_site(), tmp_path, OPTIONS)

    for path in [output / "report.html", output / "report.json", *output.glob("tables/*.csv")]:
        assert (tmp_path / path.relative_to(output)).read_bytes() == path.read_bytes()


def test_the_date_is_one_line_and_can_be_fixed_from_outside(output, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    write_overlays(made_up_site(), tmp_path)
    options = ReportOptions(draws=30, prevalence=OPTIONS.prevalence, site_name=OPTIONS.site_name)
    write_report(made_up_site(), tmp_path, options)

    pairs = zip(
        (output / "report.html").read_text(encoding="utf-8").splitlines(),
        (tmp_path / "report.html").read_text(encoding="utf-8").splitlines(),
        strict=True,
    )
    assert [pair for pair in pairs if pair[0] != pair[1]] == [
        ("<p>Date: 2026-01-02</p>", "<p>Date: 1970-01-01</p>")
    ]


def test_a_control_that_comes_close_is_said_on_the_first_page(output):
    document = json.loads((output / "report.json").read_text(encoding="utf-8"))
    warnings = [
        block["text"] for block in document["sections"][0]["blocks"] if block.get("is_warning")
    ]

    # The histograms of the made-up site follow the class.
    assert any("do not rely on the class" in text for text in warnings)
    assert any("Bacterial pneumonia (13" in text for text in warnings)


def test_tables_of_an_earlier_report_do_not_stay(tmp_path):
    write_report(made_up_site(40), tmp_path, OPTIONS)
    assert (tmp_path / "tables" / "segmentation.csv").is_file()

    write_report(MadeUpSite([film_record()]), tmp_path, OPTIONS)

    assert not (tmp_path / "tables" / "segmentation.csv").exists()
    assert (tmp_path / "tables" / "main_numbers.csv").is_file()


@pytest.mark.parametrize(
    "films",
    [
        pytest.param([], id="no film at all"),
        pytest.param([film_record()], id="one film without anything"),
        pytest.param([film_record(class_name="viral", **vote_for("viral"))], id="one right film"),
        pytest.param([film_record(class_name="viral")], id="one film without a vote"),
        pytest.param(
            [film_record(row, class_name="viral", **vote_for("normal")) for row in range(6)],
            id="one class, always wrong",
        ),
        pytest.param([*made_up_site(8).films[-3:]], id="only films that were left out"),
    ],
)
def test_few_films_give_a_short_report(films, tmp_path):
    page = write_report(MadeUpSite(films), tmp_path, OPTIONS)

    text = page.read_text(encoding="utf-8")
    assert Page(text).open == []
    assert "nan" not in re.sub(r"base64,[^\"]*", "", text).split()


def test_a_prevalence_is_a_share():
    with pytest.raises(InvalidValueError, match="prevalence of viral"):
        ReportOptions(prevalence=(("viral", 5.0),))


def test_a_range_has_a_lower_and_an_upper_end():
    with pytest.raises(InvalidValueError, match="no range"):
        ReportOptions(normal_cardiothoracic_range=(0.5, 0.42))


def test_summary_says_how_the_site_compares_with_the_model_card(tmp_path):
    known = {"value": 0.99, "low": 0.98, "high": 1.0, "films": 300, "patients": 200, "level": 0.95}
    site = made_up_site(60)
    measurements = {
        "segmentation": [{"measure": "lungs", "mean": known}],
        "classification": [{"classifier": "vote", "accuracy": known}],
        "roc_areas": [{"area": known}],
    }
    run = dataclasses.replace(site.run, measurements=measurements)

    write_report(MadeUpSite(films=site.films, run=run), tmp_path, OPTIONS)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Lower here: Lungs, Jaccard; Accuracy; AUC, class mean." in page
    assert "0.990 to 0.990 by class, n 300" in page


def test_a_vote_that_does_no_better_than_guessing_is_not_praised_for_its_controls(tmp_path):
    generator = np.random.default_rng(0)
    films = [
        dataclasses.replace(film, class_name=str(generator.choice(CLASS_NAMES)))
        for film in made_up_site(60, corrected=0).films
    ]

    write_report(MadeUpSite(films=films), tmp_path, OPTIONS)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The vote itself is not seen to do better than guessing" in page
    assert "This speaks for the vote" not in page
    assert "The class found is not seen to do better than guessing" in page


def test_what_rows_share_is_said_once_on_the_page_and_repeated_in_the_file(output):
    page = (output / "report.html").read_text(encoding="utf-8")
    with (output / "tables" / "segmentation.csv").open(newline="", encoding="utf-8") as file:
        structures = [row["structure"] for row in csv.DictReader(file)]

    assert structures.count("Left lung") > 1
    assert page.count(">Left lung</th></tr>") == 1
    assert "<td>Left lung</td>" not in page
