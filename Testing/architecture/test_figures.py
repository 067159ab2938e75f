"""Figures of README and model cards come from the files that the commands wrote."""

from __future__ import annotations

import csv
import inspect
import json
import re
from typing import Any

import pytest

from CXRTriageLib.controls.verdict import LEANS
from CXRTriageLib.eligibility import certainty, image_checks, left_out_lung
from CXRTriageLib.networks import openvino_engine
from CXRTriageLib.site_evaluation.run_memory import LIMIT_MB
from support.source_tree import ROOT

MODELS = ROOT / "Resources" / "Models"
CARD = MODELS / "classification" / "model_card.md"
FIGURES = re.compile(r"<!-- figures.*?-->(.*?)<!-- /figures -->", re.DOTALL)
CONTROLS = re.compile(r"<!-- controls.*?-->(.*?)<!-- /controls -->", re.DOTALL)
ESTIMATE = re.compile(r"-?\d\.\d{3} \(-?\d\.\d{3} to -?\d\.\d{3}\)")


def estimates(document: Any) -> list[str]:
    """Return every estimate of a document in the form of the tables."""
    if isinstance(document, list):
        return [text for item in document for text in estimates(item)]
    if not isinstance(document, dict):
        return []
    if {"value", "low", "high", "films"} <= document.keys():
        if document["value"] is None:
            return []
        value, low, high = (f"{document[key]:z.3f}" for key in ("value", "low", "high"))
        return [f"{value} ({low} to {high})"]
    return [text for item in document.values() for text in estimates(item)]


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        *(f"Resources/Models/{task}/model_card.md" for task in ("segmentation", "classification")),
    ],
)
def test_every_figure_of_a_table_was_measured(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    measured = estimates(json.loads((MODELS / "measurements-test.json").read_text()))
    table = FIGURES.search(text)

    assert table is not None
    shown = ESTIMATE.findall(table.group(1))
    assert shown
    assert set(shown) <= set(measured)


def test_every_figure_of_the_controls_was_measured():
    tables = CONTROLS.search(CARD.read_text(encoding="utf-8"))
    found = json.loads((MODELS / "controls-test.json").read_text())

    assert tables is not None
    shown = ESTIMATE.findall(tables.group(1))
    assert shown
    assert set(shown) <= set(estimates(found))


def test_card_and_readme_say_what_the_controls_found():
    tables = CONTROLS.search(CARD.read_text(encoding="utf-8"))
    verdict = json.loads((MODELS / "controls-test.json").read_text())["verdict"]

    assert tables is not None
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (tables.group(1), readme):
        assert verdict["sentence"] in " ".join(page.split())
    assert (verdict["sentence"] == LEANS) == verdict["leans_on_source"]


def test_figures_of_fat_pads_were_measured_with_the_shipped_network():
    card = (MODELS / "segmentation" / "model_card.md").read_text(encoding="utf-8")
    measured = json.loads((MODELS / "fat-pads-validation.json").read_text())
    manifest = json.loads((MODELS / "segmentation" / "manifest.json").read_text())

    shipped, _ = measured["networks"]
    assert shipped["sha256"] == manifest["weights"]["sha256"]
    for found in measured["networks"]:
        assert f"| {found['mean']:+.3f} | {found['sd']:.3f} |" in card


def test_limits_of_warnings_stand_beside_the_shipped_network():
    measured = json.loads((MODELS / "warning-limits-validation.json").read_text())
    manifest = json.loads((MODELS / "segmentation" / "manifest.json").read_text())
    doubt, sideways, hearts = (
        measured[key] for key in ("doubtful_share", "sideways", "heart_below_lungs")
    )
    said = {
        certainty: [
            f"doubtful share of at most {doubt['half']:.2f}",
            f"99 percent of at most {doubt['percent_99']:.2f}",
            f"the largest is {doubt['most']:.2f}",
            f"to either side have {sideways['least']:.2f} and more",
            f"{sideways['too_much_doubt']} of these {sideways['films']}",
            "{:.2f} to {:.2f}".format(*measured["upside_down"]),
            f"{measured['much_doubt']} of the {measured['films']} films",
        ],
        left_out_lung: [
            f"half have at most {measured['left_out']['half']:.0%}".replace("%", " percent"),
            f"95 percent at most {measured['left_out']['percent_95']:.0%}".replace("%", " percent"),
            f"{len(measured['left_out_mentioned'])} are mentioned, "
            f"{measured['left_out_mentioned'].count('cohen')} of them from",
        ],
        image_checks: [
            f"of the {hearts['label_images']} films",
            "two have {1:.2f} and {2:.2f}".format(*hearts["largest"]),
        ],
    }

    assert measured["network"] == manifest["weights"]["sha256"]
    for module, words in said.items():
        text = " ".join(inspect.getsource(module).split())
        assert [part for part in words if part not in text] == []


def test_figures_of_labels_were_measured_with_the_shipped_network():
    card = (MODELS / "segmentation" / "model_card.md").read_text(encoding="utf-8")
    measured = json.loads((MODELS / "networks-and-labels-validation.json").read_text())
    manifest = json.loads((MODELS / "segmentation" / "manifest.json").read_text())
    pairs = ("shipped_with_labels", "other_with_labels", "shipped_with_other")

    assert measured["networks"][0] == manifest["weights"]["sha256"]
    for found in measured["lungs_jaccard"]:
        indices = (found[pair] for pair in pairs)
        assert f"| {' | '.join(f'{index:.3f}' for index in indices)} | {found['films']} |" in card


def test_figures_of_bf16_were_measured_with_the_shipped_network():
    measured = json.loads((MODELS / "bf16-layers-validation.json").read_text())
    manifest = json.loads((MODELS / "classification" / "manifest.json").read_text())
    page = (ROOT / "Resources" / "Documentation" / "speed.md").read_text(encoding="utf-8")
    text = " ".join(inspect.getsource(openvino_engine).split())
    by_blocks = {found["blocks"]: found for found in measured["blocks_in_f32"]}
    shipped, least = by_blocks[openvino_engine.EXACT_BLOCKS], by_blocks[0]

    assert measured["network"] == manifest["weights"]["sha256"]
    assert f"Of {measured['patches']} patches" in text
    for blocks in (0, 2, openvino_engine.EXACT_BLOCKS):
        assert f"{100 * by_blocks[blocks]['other_vote']:.2f} %" in text
    assert f"takes {shipped['time_of_f32']:.2f} of its time in f32" in page
    assert f"{100 * shipped['other_vote']:.2f} % of the patches of {measured['films']}" in page
    assert f"in f32, {100 * least['other_vote']:.2f} % did" in page


@pytest.mark.parametrize("name", ["measurements-test.json", "controls-test.json"])
def test_figures_belong_to_the_networks_that_are_shipped(name):
    measured = json.loads((MODELS / name).read_text())

    for model, task in zip(measured["models"], ("segmentation", "classification"), strict=True):
        manifest = json.loads((MODELS / task / "manifest.json").read_text())
        assert model["sha256"] == manifest["weights"]["sha256"]


def test_figures_of_speed_and_agreement_were_measured():
    table = re.search(
        r"<!-- speed.*?-->(.*?)<!-- /speed -->",
        (ROOT / "Resources" / "Documentation" / "speed.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert table is not None
    rows = [line.split(" | ")[:2] for line in table.group(1).strip().splitlines()[2:]]
    benchmark = json.loads((MODELS / "benchmark.json").read_text())
    measured = {
        f"{target['found']:.{0 if target['unit'] == 'MB' else 2}f} {target['unit']}"
        for target in benchmark["targets"]
    }
    for name in ("agreement-engines.json", "agreement-weights.json"):
        summary = json.loads((MODELS / name).read_text())["summary"]
        measured |= {f"{summary['mean_dice']:.4f}", f"{summary['same_class_share']:.1%}"}

    evaluation = json.loads((MODELS / "benchmark-evaluation.json").read_text())
    measured.add(f"{evaluation['ratio']:.2f} times")

    memory = json.loads((MODELS / "memory-evaluation.json").read_text())
    measured.add(f"{memory['with_report']:.0f} MB")

    assert len(rows) == len(benchmark["targets"]) + 6
    assert {value for _, value in rows} <= measured


def test_memory_of_an_evaluation_was_measured_on_many_films_and_keeps_its_limit():
    memory = json.loads((MODELS / "memory-evaluation.json").read_text())

    assert memory["films"] == 10_000
    assert max(memory["shape"]) == 1024
    assert memory["with_report"] < memory["limit_mb"] == LIMIT_MB
    peaks = [peak for done, peak in memory["while_running"] if done >= 1000]
    assert max(peaks) - min(peaks) < 100


def test_figures_of_the_viewer_were_measured():
    page = (ROOT / "Resources" / "Documentation" / "speed.md").read_text(encoding="utf-8")
    benchmark = json.loads((MODELS / "benchmark-viewer.json").read_text())
    soak = json.loads((MODELS / "soak-viewer.json").read_text())

    for target in benchmark["targets"]:
        assert f"| {target['name']} | {1000 * target['found']:.0f} ms |" in page
    assert f"{soak['growth_mb_per_film']:.1f} MB more for each film" in page
    assert f"{soak['starts']} starts and exits: {soak['crashes']} crashes" in page


@pytest.mark.parametrize("task", ["segmentation", "classification"])
def test_manifest_holds_what_was_measured(task):
    manifest = json.loads((MODELS / task / "manifest.json").read_text())
    measured = json.loads((MODELS / "measurements-test.json").read_text())

    assert manifest["results"]["split"] == measured["split"] == "test"
    assert set(estimates(manifest["results"])) <= set(estimates(measured))
    assert estimates(manifest["results"])


@pytest.mark.parametrize(
    ("task", "kind", "names"),
    [
        ("segmentation", "unseen", ["unseen_masks.csv"]),
        ("segmentation", "paper network", ["measurements-test-fc_densenet103.json"]),
        (
            "segmentation",
            "tried",
            [
                "measurements-validation-one_training.json",
                "measurements-validation-one_source.json",
                "measurements-validation-taught.json",
                "../../Models/measurements-validation.json",
            ],
        ),
        ("classification", "unseen", ["unseen_classes.csv", "unseen_classes_one_patch.csv"]),
        ("classification", "approaches", ["clean.csv", "table10_paper_films.csv"]),
        (
            "classification",
            "trainings",
            [
                "table10_paper_films.csv",
                "table10_paper_films_one_patch.csv",
                "table10_paper_films_last_epoch.csv",
            ],
        ),
    ],
)
def test_figures_of_other_trainings_were_measured(task, kind, names):
    card = (MODELS / task / "model_card.md").read_text(encoding="utf-8")
    block = re.search(rf"<!-- {kind}:.*?-->(.*?)<!-- /{kind} -->", card, re.DOTALL)
    assert block is not None
    files = [ROOT / "Resources" / "Documentation" / "reproduction" / name for name in names]
    numbers = re.findall(r"-?\d+\.\d+", " ".join(file.read_text() for file in files))

    shown = re.findall(r"-?\d+\.\d{3}", block.group(1))

    assert len(shown) >= 14
    assert set(shown) <= {f"{float(number):.3f}" for number in numbers}


def test_readme_tells_how_many_healthy_films_of_an_unseen_source_were_right():
    page = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    file = ROOT / "Resources" / "Documentation" / "reproduction" / "unseen_classes.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        measures = [row["measure"] for row in csv.DictReader(rows) if row["dataset"] == "shenzhen"]
    ((right, films),) = (
        found.groups()
        for measure in measures
        if (found := re.fullmatch(r"normal, right: (\d+) of (\d+)", measure))
    )

    said = f"it found {right} of that hospital's {films} healthy films normal."
    assert f"Trained without Shenzhen {said}" in page
