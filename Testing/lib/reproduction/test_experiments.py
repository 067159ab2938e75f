"""Tables and figures of a site that was made up, against numbers counted another way."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from scipy import stats

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.reproduction.biomarker_tables import biomarker_figure, biomarker_table
from CXRTriageLib.reproduction.classification_table import classification_table, confusion_figure
from CXRTriageLib.reproduction.count_tables import (
    classification_films,
    segmentation_films,
    split_films,
)
from CXRTriageLib.reproduction.experiments import EXPERIMENTS, reproduce
from CXRTriageLib.reproduction.patch_figure import patch_figure
from CXRTriageLib.reproduction.segmentation_table import segmentation_table
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.report.document import Plot, Section, Table
from support.site_records import MadeUpSite, film_record, made_up_site, write_overlays
from support.studies import made_up_study, study_of


def table_of(section: Section, key: str) -> list[dict[str, object]]:
    """Return the rows of a table by the keys of its columns."""
    (table,) = (block for block in section.blocks if isinstance(block, Table) and block.key == key)
    names = [column.key for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


@pytest.fixture(scope="module")
def site():
    return made_up_site(160, corrected=0)


@pytest.fixture
def study(site, tmp_path):
    found = study_of(site, tmp_path)
    rng = np.random.default_rng(3)
    # Raw input: a little worse for every film. A frozen study keeps what was computed once.
    found.__dict__["raw_jaccard"] = {
        record.row: record.agreement_of("left_lung").jaccard - 0.03 + 0.01 * rng.random()
        for record in site.films
        if record.agreement
    }
    return found


def values_of(site: MadeUpSite, group: str, name: str, *, supine: bool = True) -> list[float]:
    return [
        record.biomarker(name)
        for record in site.films
        if record.state is FilmState.DONE
        and (record.subclass or record.class_name) == group
        and (supine or record.view != "AP supine")
    ]


@pytest.mark.parametrize(
    ("number", "name", "key", "supine"),
    [
        ("VI", "mean_lung_intensity", "table6", True),
        ("VI", "mean_lung_intensity", "table6_without_ap_supine", False),
        ("VII", "sd_lung_intensity", "table7", True),
        ("VIII", "sd_lung_intensity", "table8", False),
        ("IX", "cardiothoracic_ratio", "table9", True),
    ],
)
def test_biomarkers_are_the_means_of_their_group(site, study, number, name, key, supine):
    rows = table_of(biomarker_table(study, number), key)

    assert [row["group"] for row in rows] == [
        "normal", "tuberculosis", "bacterial", "other viral", "COVID-19",
    ]  # fmt: skip
    for row in rows:
        values = values_of(site, row["group"], name, supine=supine)
        assert row["films"] == len(values)
        assert row["mean"] == pytest.approx(np.mean(values))
        assert row["sd"] == pytest.approx(np.std(values, ddof=1))


def test_difference_is_ours_minus_the_papers(study):
    rows = table_of(biomarker_table(study, "IX"), "table9")

    normal = rows[0]
    assert (normal["paper_mean"], normal["paper_sd"]) == (0.446, 0.051)
    assert normal["difference"] == pytest.approx(normal["mean"] - 0.446)


def test_pairs_have_our_stars_beside_the_papers(site, study):
    rows = table_of(biomarker_table(study, "VII"), "table7_pairs")

    assert len(rows) == 10
    pair = next(
        row for row in rows if set(row["pair"].split(" against ")) == {"COVID-19", "normal"}
    )
    first, second = (values_of(site, name, "sd_lung_intensity") for name in ("COVID-19", "normal"))
    assert pair["p"] == pytest.approx(stats.mannwhitneyu(first, second).pvalue)
    assert pair["paper_stars"] == "***"
    assert all(row["holm_p"] >= row["p"] for row in rows)


def test_papers_films_are_compared_by_its_own_classes(study):
    rows = table_of(biomarker_table(study, "VI"), "table6_paper_films")

    listed = [film for film in study.films if film.paper_class]
    measured = set(study.measured.films.main.row.tolist())
    assert sum(row["films"] for row in rows) == sum(film.listed.row in measured for film in listed)


def test_figure_4_draws_both_cohorts(study):
    plots = [block for block in biomarker_figure(study).blocks if isinstance(block, Plot)]

    assert [plot.key for plot in plots] == ["fig4", "fig4_paper_films"]


def test_counts_are_those_of_the_list(study):
    films = [film for film in study.films if film.group]

    masks = table_of(segmentation_films(study), "table1")
    assert sum(row["films"] for row in masks) == sum(
        film.listed.label is not None for film in films
    )
    sources = table_of(classification_films(study), "table2")
    assert sum(row["films"] for row in sources) == len(films)
    assert sum(row["paper_films"] for row in sources) == 502
    splits = table_of(split_films(study), "table3")
    assert {row["whose"]: row["total"] for row in splits if row["split"] == "Total"} == {
        "here": len(films),
        "paper": 502,
    }


def test_raw_input_is_tested_film_by_film(study):
    section = segmentation_table(study)

    for row in table_of(section, "table5_inputs"):
        assert row["change"] > 0
        assert row["p"] < 0.05
        assert row["stars"] != "-"
    overlap = table_of(section, "table5")
    assert {(row["input"], row["structure"]) for row in overlap} == {
        ("preprocessed", "lungs"), ("raw", "lungs"), ("preprocessed", "heart"),
    }  # fmt: skip


def test_scores_are_those_of_the_test_films(site, study):
    rows = table_of(classification_table(study), "table10")

    scored = [
        record for record in site.films if record.row % 3 == 0 and record.state is FilmState.DONE
    ]
    accuracy = rows[0]
    assert isinstance(accuracy["value"], Estimate)
    assert accuracy["value"].value == pytest.approx(
        np.mean([record.found_class == record.class_name for record in scored])
    )
    assert accuracy["paper"] == 0.889
    assert {row["approach"] for row in rows} == {"patches that vote (local)"}


def test_global_network_stands_beside_the_local_one_where_it_is_given(site, tmp_path):
    study = study_of(site, tmp_path, global_models=tmp_path)

    rows = table_of(classification_table(study), "table10")

    assert len(rows) == 10
    assert next(row["paper"] for row in rows if "global" in row["approach"]) == 0.707
    plots = [block for block in confusion_figure(study).blocks if isinstance(block, Plot)]
    assert len(plots) == 2


def test_patches_are_tested_alone_and_film_by_film(study):
    rows = table_of(patch_figure(study), "fig5")

    # Classes of too few films are drawn and not tested.
    assert rows
    assert all(row["patch_p"] is not None for row in rows)
    films = {row["cliffs_delta"].films for row in rows}
    assert max(films) <= len([film for film in study.films if film.listed.row % 3 == 0])


def report_of(study: Study, names: list[str]) -> dict[str, object]:
    """Write the report and return it as its JSON says it."""
    page = reproduce(study, names)
    assert page.read_text().startswith("<!DOCTYPE html>")
    return json.loads((study.output / "report.json").read_text())


def test_report_holds_the_experiments_that_were_asked_for(site, study):
    write_overlays(site, study.output)
    # Fig. 2 opens the films, of which there are none.
    names = [name for name in EXPERIMENTS if name != "fig2"]

    document = report_of(study, names)

    assert [section["key"] for section in document["sections"]] == names
    with (study.output / "tables" / "table6.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 5


def test_one_table_alone_is_the_whole_report(study):
    document = report_of(study, ["table3"])

    assert [section["key"] for section in document["sections"]] == ["table3"]
    assert [path.name for path in (study.output / "tables").iterdir()] == ["table3.csv"]


def test_films_that_give_nothing_give_sentences(tmp_path):
    nothing = MadeUpSite(films=[film_record(row, class_name="normal") for row in (2, 3, 6)])
    study = study_of(nothing, tmp_path)

    document = report_of(study, list(EXPERIMENTS))

    texts = [block.get("text") for section in document["sections"] for block in section["blocks"]]
    assert "No film with drawn lungs was measured, so there is no overlap." in texts


def test_same_study_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = (made_up_study(tmp_path / name, 40) for name in "ab")

    pages = [reproduce(study, ["table6", "fig4", "fig5"]).read_bytes() for study in (first, second)]

    assert pages[0] == pages[1]
