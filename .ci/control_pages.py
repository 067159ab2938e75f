"""Words and tables of the model card for what ``cxrtriage controls`` has measured."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from markdown_tables import SOURCES, shown, table, with_counts

ANSWERS = {
    "vote": "the classifier: vote of patches",
    "network_model": "small model on the classifier's own features (512, mean over patches)",
    "source_name": "the name of the source, no look at the film",
    "blacked_out_vote": "the classifier, lungs blacked out",
    "surroundings_model": "small model on the film with lungs blacked out (8 x 8 gray values)",
    "shape_only_vote": "the classifier, lungs of one even gray: shape of the masks only",
    "shape_model": "small model on size and place of lungs and heart: shape of the masks only",
    "histogram_model": "small model on the intensity histogram only",
}
SEVERAL_FAILURES = 3
LINE = 100


def wrapped(text: str) -> str:
    """Return a paragraph in lines as long as those around it."""
    return textwrap.fill(text, LINE)


def controls_card(found: dict[str, Any]) -> str:
    """Return the verdict and all tables of the controls."""
    return "\n\n".join((verdict(found), *tables(found)))


def verdict(found: dict[str, Any]) -> str:
    """Return what follows from the controls, in plain words."""
    said = found["verdict"]
    close = [ANSWERS[name] for name in said["close_controls"]]
    reasons = [f"Comes close to the classifier: {'; '.join(close)}."]
    sentences = [f"**{said['sentence']}**", *(reasons if close else [])]
    if said["features_tell_source"]:
        sentences.append(
            "From the classifier's own features the source can be told at least as well as the "
            "class."
        )
    return wrapped(" ".join((*sentences, said["rule"])))


def tables(found: dict[str, Any]) -> Iterator[str]:
    """Yield the tables, each below a line that says what it shows."""
    size = found["scores"][0]["accuracy"]
    yield wrapped(
        f"Test split, {size['films']} films of {size['patients']} patients, 95 % intervals in "
        "brackets. Small models are logistic regressions that learned on "
        f"{found['training_films']} training films; their regularization is chosen by "
        "cross-validation by patient."
    )
    yield answers_table(found)
    yield "Two classes of one source, told apart by the classifier:"
    yield table(
        ("source", "classes", "area under the ROC curve (95 % interval)", "films, patients"),
        (
            (
                SOURCES[row["source"]],
                f"{row['class_name']} against {row['other_class']}",
                *with_counts(row["area"]),
            )
            for row in found["within_sources"]
        ),
    )
    yield from calibration_tables(found["calibration"])
    yield "By view, sex, age band and source (groups of fewer than 30 films in brackets):"
    yield groups_table(found["subgroups"])
    yield from repeated_tables(found)


def answers_table(found: dict[str, Any]) -> str:
    """Return who names class and source how well."""
    classes = {item["control"]: item for item in found["scores"]}
    sources = {item["features"]: item for item in found["source_probes"]}
    guessing = f"{classes['vote']['chance']:.2f}"
    count = next(iter(sources.values()))["sources"] if sources else 0
    return table(
        (
            "what answers",
            "class, accuracy",
            f"class, balanced accuracy (guessing {guessing})",
            f"source, balanced accuracy (guessing {1 / count:.2f})" if count else "source",
        ),
        (
            (
                spoken,
                shown(classes[name]["accuracy"]) if name in classes else "",
                shown(classes[name]["balanced_accuracy"]) if name in classes else "",
                shown(sources[name]["balanced_accuracy"]) if name in sources else "",
            )
            for name, spoken in ANSWERS.items()
            if name in classes or name in sources
        ),
    )


def calibration_tables(test: dict[str, Any] | None) -> Iterator[str]:
    """Yield scores and reliability curve, before and after temperature scaling."""
    if test is None:
        return
    yield (
        f"Calibration of the mean softmax, before and after a temperature of "
        f"{test['temperature']:.2f} (fitted on {test['fitted_films']} validation films):"
    )
    measures = {"brier": "Brier score", "expected_error": "expected calibration error"}
    yield table(
        ("measure", "before (95 % interval)", "after (95 % interval)"),
        (
            (spoken, shown(test["before"][name]), shown(test["after"][name]))
            for name, spoken in measures.items()
        ),
    )
    curves = [{item["low"]: item for item in test[when]["bins"]} for when in ("before", "after")]
    yield table(
        (
            "probability of the class found",
            "before: mean, right, films",
            "after: mean, right, films",
        ),
        (
            (f"{low:.1f} to {low + 0.1:.1f}", *(point(curve.get(low)) for curve in curves))
            for low in sorted({low for curve in curves for low in curve})
        ),
    )


def point(item: dict[str, Any] | None) -> str:
    """Return one point of a reliability curve."""
    return f"{item['probability']:.2f}, {item['right']:.2f}, {item['films']}" if item else ""


def groups_table(rows: Iterable[dict[str, Any]]) -> str:
    """Return results by subgroup."""
    return table(
        ("group", "right (95 % interval)", "balanced accuracy (95 % interval)", "films, patients"),
        (
            (
                f"{row['factor']}: {SOURCES.get(row['group'], row['group'])}",
                shown(row["accuracy"]),
                shown(row["balanced_accuracy"]),
                f"({size})" if row["is_small"] else size,
            )
            for row in rows
            for size in [f"{row['films']}, {row['patients']}"]
        ),
    )


def repeated_tables(found: dict[str, Any]) -> Iterator[str]:
    """Yield how steady votes and maps are, and what random weights leave of maps."""
    yield f"The same {found['repeated_films']} test films, patches drawn anew for each seed:"
    yield table(
        (
            "mode",
            "seeds",
            "films whose class changes",
            "SD of the vote share",
            "saliency, seed to seed: rank correlation",
            "SSIM",
        ),
        (
            (
                row["mode"],
                row["seeds"],
                shown(row["changed"]),
                shown(row["share_sd"]),
                shown(row["maps"]["rank_correlation"]),
                shown(row["maps"]["structural_similarity"]),
            )
            for row in found["steadiness"]
        ),
    )
    yield wrapped(
        "Saliency of the trained network against that of networks whose weights are random from "
        "the output on; far below the row above is good:"
    )
    yield table(
        ("random", "rank correlation (95 % interval)", "SSIM (95 % interval)"),
        (
            (
                row["compared"],
                shown(row["rank_correlation"]),
                shown(row["structural_similarity"]),
            )
            for row in found["randomization"]
        ),
    )


def failures(measured: dict[str, Any], found: dict[str, Any]) -> str:
    """Return the most frequent mistakes and the groups with the most of them."""
    names = [*measured["class_names"], "no class"]
    vote = next(item for item in measured["classification"] if item["classifier"] == "vote")
    mistakes = sorted(
        (
            (count, sum(row), true, got)
            for true, row in zip(names, vote["confusion"], strict=False)
            for got, count in zip(names, row, strict=True)
            if got != true and count
        ),
        reverse=True,
    )
    wrong = [
        f"{true} called {got} ({count} of {films} films)"
        for count, films, true, got in mistakes[:SEVERAL_FAILURES]
    ]
    groups = sorted(
        (
            row["accuracy"]["value"],
            row["films"],
            f"{row['factor']} {SOURCES.get(row['group'], row['group'])}",
        )
        for row in found["subgroups"]
        if not row["is_small"] and row["accuracy"] and row["group"] != "unknown"
    )
    weak = [
        f"{name} ({share:.0%} right of {films} films)"
        for share, films, name in groups[:SEVERAL_FAILURES]
    ]
    return wrapped(
        f"Most frequent mistakes on the test split: {'; '.join(wrong)}. Groups of at least 30 "
        f"films with the smallest share of right answers: {'; '.join(weak)}."
    )
