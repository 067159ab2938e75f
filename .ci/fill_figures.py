"""Fill tables of README and model cards, and manifests, from the files that commands wrote.

What is filled stands between two markers, such as ``<!-- figures ... -->`` and
``<!-- /figures -->``. Run it after ``cxrtriage measure``, ``controls``, ``benchmark`` or
``compare`` have renewed a file in ``Resources/Models``, or ``reproduce`` one in
``Resources/Documentation/reproduction``; the tests hold every figure against these
files.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from control_pages import controls_card, failures
from markdown_tables import SOURCES, shown, table, with_counts
from reproduced_pages import (
    approaches,
    kinds_of_training,
    unseen_classes,
    unseen_masks,
)

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "Resources" / "Models"
REPRODUCED = ROOT / "Resources" / "Documentation" / "reproduction"
SPLIT = "test"
KEPT = "../Documentation/reproduction"
PAPER_NETWORK = f"measurements-{SPLIT}-fc_densenet103.json"
ONE_TRAINING = "measurements-validation-one_training.json"
ONE_SOURCE = "measurements-validation-one_source.json"
TAUGHT = "measurements-validation-taught.json"
"""What networks reach that are not shipped."""
MEASURES = {
    "lungs": "mean of both lungs, Jaccard index",
    "lungs_union": "union of both lungs, Jaccard index",
    "heart": "heart, Jaccard index",
    "lungs_hausdorff_95_px": "lungs, 95th percentile of the Hausdorff distance, px of 1024",
    "lungs_as_drawn_dice": "lungs, drawn behind the heart too, Dice coefficient",
}
RATIO = {
    "bias": "masks minus labels",
    "lower_limit": "lower limit of agreement",
    "upper_limit": "upper limit of agreement",
}
SCORES = {"accuracy": "accuracy", "macro_f1": "macro F1", "balanced_accuracy": "balanced accuracy"}
CLASSIFIERS = {"vote": "vote of patches", "biomarkers": "biomarkers"}


def fill(page: Path, kind: str, text: str) -> None:
    """Replace what stands between the markers of a page."""
    old = page.read_text(encoding="utf-8")
    pattern = rf"(<!-- {kind}.*?-->\n).*?(<!-- /{kind} -->)"
    new, found = re.subn(
        pattern, lambda match: f"{match[1]}{text}\n{match[2]}", old, flags=re.DOTALL
    )
    if found != 1:
        message = f"{page.name} has {found} tables '{kind}', expected one."
        raise SystemExit(message)
    page.write_text(new, encoding="utf-8")


def segmentation_card(measured: dict[str, Any]) -> str:
    """Return all rows of the segmentation network."""
    rows = [
        (SOURCES[row["dataset"]], MEASURES[row["measure"]], *with_counts(row["mean"]))
        for row in measured["segmentation"]
    ]
    if ratio := measured.get("ratio_agreement"):
        rows += [
            ("all with a drawn heart", f"cardiothoracic ratio, {spoken}", *with_counts(ratio[name]))
            for name, spoken in RATIO.items()
        ]
    return table(("films", "measure", "value (95 % interval)", "films, patients"), rows)


def tried_card(*networks: dict[str, Any]) -> str:
    """Return the masks of the shipped network beside those of networks that are not shipped."""
    columns = ("shipped", "one training of the four", "Dong et al. alone", "dropped")
    rows = [
        (
            SOURCES[same[0]["dataset"]],
            MEASURES[same[0]["measure"]],
            *(shown(row["mean"]) for row in same),
        )
        for same in zip(*(network["segmentation"] for network in networks), strict=True)
        if same[0]["measure"] != "lungs_union"
    ]
    rows += [
        (
            "all with a drawn heart",
            f"cardiothoracic ratio, {spoken}",
            *(shown(network["ratio_agreement"][name]) for network in networks),
        )
        for name, spoken in RATIO.items()
    ]
    header = (f"{column} (95 % interval)" for column in columns)
    return table(("films", "measure", *header), rows)


def pads_card(measured: dict[str, Any]) -> str:
    """Return what painted fat pads do to the ratio, with and without pads in training."""
    rows = [
        (
            spoken,
            f"{found['mean']:+.3f}",
            f"{found['sd']:.3f}",
            f"{found['absolute_p95']:.3f}",
            f"{found['over_0_03']:.0%}",
        )
        for spoken, found in zip(
            ("shipped", "no pads in training"), measured["networks"], strict=True
        )
    ]
    shift = f"shift of the ratio, {measured['pads']} pads on {measured['films']} films: mean"
    return table(("network", shift, "SD", "95th percentile of its size", "above 0.03"), rows)


def labels_card(measured: dict[str, Any]) -> str:
    """Return how far two networks agree with the labels, and with each other."""
    rows = [
        (
            SOURCES[row["dataset"]],
            *(
                f"{row[key]:.3f}"
                for key in ("shipped_with_labels", "other_with_labels", "shipped_with_other")
            ),
            str(row["films"]),
        )
        for row in measured["lungs_jaccard"]
    ]
    header = ("films", "shipped, labels", "trained anew, labels", "shipped, trained anew", "count")
    return table(header, rows)


def classification_card(measured: dict[str, Any]) -> str:
    """Return scores, areas under curves and the confusion matrix."""
    scores = {item["classifier"]: item for item in measured["classification"]}
    counted = scores["vote"]["accuracy"]
    size = f"{counted['films']} films of {counted['patients']} patients"
    rows = [
        (spoken, label, shown(scores[key][name]))
        for key, spoken in CLASSIFIERS.items()
        for name, label in SCORES.items()
    ]
    rows += [
        (
            CLASSIFIERS["vote"],
            f"area under the ROC curve, {item['class_name']}",
            shown(item["area"]),
        )
        for item in measured["roc_areas"]
    ]
    names = measured["class_names"]
    confusion = [
        (name, *counts) for name, counts in zip(names, scores["vote"]["confusion"], strict=True)
    ]
    return "\n\n".join(
        (
            table(("classifier", f"measure ({size})", "value (95 % interval)"), rows),
            table(("true class", *names, "no class"), confusion),
        )
    )


def note_results(task: str, results: object) -> None:
    """Write what was measured into a network's manifest."""
    path = MODELS / task / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["results"] = {"split": SPLIT, "measured": results}
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def readme_figures(measured: dict[str, Any]) -> str:
    """Return what a newcomer wants to know of both networks."""
    rows = [
        (
            "segmentation",
            f"{SOURCES[row['dataset']]}, {row['mean']['films']} {SPLIT} films",
            f"{row['measure']}, Jaccard",
            shown(row["mean"]),
        )
        for row in measured["segmentation"]
        if row["measure"] in ("lungs", "heart")
    ]
    vote, baseline = measured["classification"]
    films = vote["accuracy"]["films"]
    rows += [
        (
            "classification",
            f"all sources, {films} {SPLIT} films",
            "macro F1",
            shown(vote["macro_f1"]),
        ),
        (
            "the same, by logistic regression on four biomarkers",
            "",
            "macro F1",
            shown(baseline["macro_f1"]),
        ),
    ]
    return table(("network", "film set", "measure", "value (95 % interval)"), rows)


def speed_page(
    benchmark: dict[str, Any],
    engines: dict[str, Any],
    weights: dict[str, Any],
    evaluation: dict[str, Any],
    memory: dict[str, Any],
) -> str:
    """Return times, memory, and how far engines and weights agree."""
    rows = [
        (
            target["name"],
            f"{target['found']:.{0 if target['unit'] == 'MB' else 2}f} {target['unit']}",
            f"at {'least' if target['at_least'] else 'most'} {target['limit']:g} {target['unit']}",
        )
        for target in benchmark["targets"]
    ]
    for name, found in (
        (f"{engines['candidate']['engine']} against {engines['reference']['engine']}", engines),
        ("8-bit weights against float32", weights),
    ):
        summary, criteria = found["summary"], found["criteria"]
        rows += [
            (
                f"{name}, Dice of masks on {summary['films']} films",
                f"{summary['mean_dice']:.4f}",
                f"at least {criteria['mean_dice']:g}",
            ),
            (
                f"{name}, same class",
                f"{summary['same_class_share']:.1%}",
                f"at least {criteria['same_class_share']:.0%}",
            ),
        ]
    rows.append(
        (
            f"evaluation of {evaluation['films']} films, two workers of one thread against one",
            f"{evaluation['ratio']:.2f} times",
            f"at least {evaluation['limit']:g} times",
        )
    )
    rows.append(
        (
            f"evaluation of {memory['films']} films of {max(memory['shape'])} px, peak memory of "
            "the main process, report included",
            f"{memory['with_report']:.0f} MB",
            f"at most {memory['limit_mb']:.0f} MB",
        )
    )
    return table(("measured", "value", "wanted"), rows)


def viewer_page(benchmark: dict[str, Any], soak: dict[str, Any]) -> str:
    """Return how quickly the viewer answers, and what it holds after many films."""
    timings = {item["name"]: item for item in benchmark["timings"]}
    rows = [
        (
            target["name"],
            f"{1000 * target['found']:.0f} ms",
            f"{1000 * timings[target['name']]['p95_s']:.0f} ms",
            f"at most {1000 * target['limit']:.0f} ms",
        )
        for target in benchmark["targets"]
    ]
    left = soak["sessions_left"]
    counts = [
        f"{soak['films']} films in one session: {soak['growth_mb_per_film']:.1f} MB more for each "
        "film after the tenth.",
        f"{soak['starts']} starts and exits: {soak['crashes']} crashes.",
        f"{soak['kills_in_a_save']} processes killed in a save: the old session was there "
        f"{left['old']} times, the new one {left['new']} times, neither {left['neither']} times; "
        f"{soak['lost_corrections']} corrections were lost.",
    ]
    header = ("measured", "median", "95th percentile", "wanted")
    return table(header, rows) + "\n\n" + "\n".join(f"* {line}" for line in counts)


def read(name: str) -> dict[str, Any]:
    """Return a file beside the networks."""
    document: dict[str, Any] = json.loads((MODELS / name).read_text(encoding="utf-8"))
    return document


def fill_segmentation(measured: dict[str, Any]) -> None:
    """Fill the card and the manifest of the masks."""
    card = MODELS / "segmentation" / "model_card.md"
    fill(card, "figures", segmentation_card(measured))
    fill(card, "paper network", segmentation_card(read(f"{KEPT}/{PAPER_NETWORK}")))
    fill(card, "unseen", unseen_masks(REPRODUCED))
    others = (read(f"{KEPT}/{name}") for name in (ONE_TRAINING, ONE_SOURCE, TAUGHT))
    fill(card, "tried", tried_card(read("measurements-validation.json"), *others))
    fill(card, "pads", pads_card(read("fat-pads-validation.json")))
    fill(card, "labels", labels_card(read("networks-and-labels-validation.json")))
    note_results("segmentation", measured["segmentation"])


def fill_classification(measured: dict[str, Any]) -> None:
    """Fill the card and the manifest of the classes."""
    card, controls = MODELS / "classification" / "model_card.md", read(f"controls-{SPLIT}.json")
    fill(card, "figures", classification_card(measured))
    fill(card, "controls", controls_card(controls))
    fill(card, "failures", failures(measured, controls))
    fill(card, "unseen", unseen_classes(REPRODUCED))
    fill(card, "approaches", approaches(REPRODUCED))
    fill(card, "trainings", kinds_of_training(REPRODUCED))
    note_results("classification", measured["classification"] + measured["roc_areas"])


def fill_speed() -> None:
    """Fill the page of times and agreement."""
    names = (
        "benchmark",
        "agreement-engines",
        "agreement-weights",
        "benchmark-evaluation",
        "memory-evaluation",
    )
    page = ROOT / "Resources" / "Documentation" / "speed.md"
    fill(page, "speed", speed_page(*(read(f"{name}.json") for name in names)))
    fill(page, "viewer", viewer_page(read("benchmark-viewer.json"), read("soak-viewer.json")))


def main() -> None:
    """Fill all tables."""
    measured = read(f"measurements-{SPLIT}.json")
    fill_segmentation(measured)
    fill_classification(measured)
    fill(ROOT / "README.md", "figures", readme_figures(measured))
    fill_speed()


if __name__ == "__main__":
    main()
