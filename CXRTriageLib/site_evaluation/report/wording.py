"""What each number means, and what a good value is, in words of the reading room."""

from __future__ import annotations

import math

from CXRTriageLib.domain.estimate import Estimate

READING = {
    "interval": "In brackets: the 95 % interval, the range that other films of the same kind would "
    "likely give. If the range is wide, there were too few films. Where it says no spread, every "
    "resampled set gave the same number, as happens when all films get one answer: how sure the "
    "number is cannot be told then. n: films (patients).",
    "accuracy": "Accuracy: the share of films whose class is right. Compare it with the share of "
    "the most frequent class: always naming that one is as accurate.",
    "precision": "Precision: of the films called a class, the share that are of it. 100 % is best.",
    "recall": "Recall: of the films of a class, the share that are found. 100 % is best; guessing "
    "among four classes finds 25 %.",
    "f1": "F1: one number for precision and recall together (their harmonic mean); it is high only "
    "if both are. The paper states 84.4 % for its own films.",
    "specificity": "Specificity: of the films that are not of a class, the share that are not "
    "called it. 100 % is best. With four classes it is high even for poor classifiers.",
    "balanced_accuracy": "Balanced accuracy: the mean over classes of the share of films that are "
    "right, so that a frequent class does not hide a rare one. It is the same as mean recall.",
    "area": "AUC: show one film of the class and one of another; in this share of pairs the film "
    "of the class gets the higher probability. 50 % (0.5) is a coin, 100 % (1) is perfect; above "
    "90 % is commonly called excellent. Films without a vote have no probability and are left out.",
    "predictive": "PPV: of 100 patients called this class, so many have it. NPV: of 100 who are "
    "not called it, so many do not have it. Both hold only for the frequency of the class "
    "that stands beside them.",
    "jaccard": "Jaccard: pixels that both masks hold, divided by pixels that either holds. 1 is "
    "perfect; human observers reach about 0.95 for lungs and 0.88 for the heart (van Ginneken et "
    "al., Medical Image Analysis, 2006).",
    "dice": "Dice: the same overlap on another scale; 0.95 Jaccard is 0.97 Dice.",
    "hd95": "HD95: 95 % of the border lie closer than this to the other border. Small is good. "
    "Pixels are those of a film whose longest side is scaled to 1024; on the JSRT films the best "
    "networks published keep the whole border within about 12 of them.",
    "surface": "Surface distance: how far the borders lie apart on average. Small is good; no "
    "limit is agreed on. 3 px are 3 in 1,000 of the film's longest side, about a millimeter.",
    "millimeters": "Millimeters are given only for films whose pixel spacing is known, so that "
    "their n may be smaller.",
    "bias": "Bias: by how much the measured ratio is too large on average; 0 is best.",
    "limits": "Limits of agreement: 19 of 20 films lie between them. A good program that was "
    "published has -0.026 and 0.026 (Li et al., IEEE Access, 2019).",
    "absolute_error": "Mean error or distance: how far the measured ratio lies from the reference "
    "on average, whether above or below. No limit is agreed on; normally distributed differences "
    "with limits of plus and minus 0.026, as a good program has them, have a mean error of 0.011.",
    "other_side": "Other side of 0.5: films that are called enlarged by one and not by the other. "
    "This is what a clinician would notice.",
    "brier": "Brier score: squared distance of the probabilities from what was true, 0 is perfect, "
    "0.75 is what four equal probabilities get.",
    "expected_error": "ECE: how far, on average, a stated probability is from the share of films "
    "that are right. 0 is best, no limit is agreed on; at 0.20 a stated 80 % may mean 60 %.",
    "temperature": "Temperature: the number that the network's logits should be divided by at "
    "this site. 1 changes nothing, above 1 says that the network is too sure.",
    "smirnov": "KS p: test for a normal distribution as in the paper; it is too lenient. "
    "Lilliefors p: the same test, corrected. Below 0.05 the values are not normally distributed.",
    "stars": "Stars as in the paper: * p < 0.05, ** p < 0.01, *** p < 0.001, - none (rank-sum "
    "test). Holm: the same after correction for all pairs and biomarkers tested here; trust these.",
    "delta": "Cliff's delta: 0 says that the groups overlap fully, 1 or -1 that they do not "
    "overlap at all. Often 0.15 is called small, 0.33 medium, 0.47 large. A star without a large "
    "delta is of little use for a single patient.",
    "mcnemar": "McNemar: among films that only one of the two gets right, is it one more often? A "
    "small p says yes.",
    "control": "Controls answer without seeing the lungs' content. They should do no better than "
    "guessing. If one comes close to the vote, the vote may lean on the source of the film "
    "(machine, department, exposure) and not on the disease.",
    "probe": "Source probe: how well a small model tells which source a film comes from. The "
    "better, the easier it is for any classifier to cheat where classes differ by source.",
}

MEASURE_LABELS = {
    "accuracy": "Accuracy",
    "precision": "Precision (class mean)",
    "recall": "Recall (class mean)",
    "f1": "F1 (class mean)",
    "specificity": "Specificity (class mean)",
    "balanced_accuracy": "Balanced accuracy",
    "area": "AUC (class mean)",
    "jaccard": "Jaccard",
    "dice": "Dice",
    "hd95_px": "HD95 [px]",
    "hd95_mm": "HD95 [mm]",
    "surface_distance_px": "Surface distance [px]",
    "surface_distance_mm": "Surface distance [mm]",
    "heart": "Heart",
    "left_lung": "Left lung",
    "right_lung": "Right lung",
    "lungs": "Both lungs together",
    "mean_lung_intensity": "Mean lung intensity",
    "sd_lung_intensity": "SD of lung intensity",
    "cardiothoracic_ratio": "Cardiothoracic ratio",
    "brier": "Brier score",
    "expected_error": "ECE",
    "vote_margin": "Margin of the vote",
    "ratio_bias": "Cardiothoracic ratio, bias",
    "ratio_error": "Cardiothoracic ratio, mean error",
    "ratio_lower_limit": "Cardiothoracic ratio, lower limit of agreement",
    "ratio_upper_limit": "Cardiothoracic ratio, upper limit of agreement",
    "ratio_other_side": "Cardiothoracic ratio on the other side of 0.5 (share)",
    "correct_patch_mean_intensity": "Patch mean intensity (inter-patch)",
    "correct_patch_sd_intensity": "Patch SD of intensity (intra-patch)",
    "vote": "The vote itself",
    "blacked_out_vote": "Vote, lungs blacked out",
    "shape_only_vote": "Vote, lungs one even gray (shape only)",
    "source_name": "The name of the source, no look at the film",
    "network_model": "Small model, the network's own features",
    "surroundings_model": "Small model, lungs blacked out",
    "shape_model": "Small model, mask shape only",
    "histogram_model": "Small model, histogram only",
    "surroundings": "Film with lungs blacked out, 8 x 8",
    "shape": "Mask shape",
    "histogram": "Histogram",
    "mean_probabilities": "The network's own probabilities",
}


def label_of(name: str) -> str:
    """Return the name for people; names of two measures are put together."""
    if name in MEASURE_LABELS:
        return MEASURE_LABELS[name]
    organ, _, measure = name.partition(" ")
    if organ in MEASURE_LABELS and measure in MEASURE_LABELS:
        return f"{MEASURE_LABELS[organ]}, {MEASURE_LABELS[measure]}"
    return name.replace("_", " ")


def reading(*names: str) -> tuple[str, ...]:
    """Return how to read measures, by their keys."""
    return tuple(READING[name] for name in names)


def number_text(value: float) -> str:
    """Return a number with as many digits as people can use."""
    size = abs(value)
    text = f"{value:.3f}" if size < 10 else f"{value:.1f}" if size < 1000 else f"{value:.0f}"
    return text.replace("-", "\N{MINUS SIGN}")


def percent_text(value: float) -> str:
    """Return a share as a percentage without its sign."""
    return f"{100 * value:.1f}".replace("-", "\N{MINUS SIGN}")


def p_text(value: float) -> str:
    """Return a p value; very small ones are not told apart."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, "1 film" or "2 films"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def count_text(films: int, patients: int) -> str:
    """Return how many films and patients a number rests on."""
    return f"{films} ({patients})"


def has_spread(estimate: Estimate) -> bool:
    """Return whether an interval is known that has a width.

    Where all resampled sets of films give the same number, its interval has none, and says
    nothing of how sure the number is.
    """
    if estimate.low is None or estimate.high is None:
        return False
    return not math.isclose(estimate.low, estimate.high, rel_tol=1e-9, abs_tol=1e-12)


def estimate_text(estimate: Estimate, *, is_percent: bool = False) -> str:
    """Return value and interval, "undefined" where there is no value."""
    if estimate.value is None:
        return "undefined"
    show = percent_text if is_percent else number_text
    unit = " %" if is_percent else ""
    if estimate.low is None or estimate.high is None:
        return f"{show(estimate.value)}{unit} (no interval)"
    if not has_spread(estimate):
        return f"{show(estimate.value)}{unit} (no spread)"
    return f"{show(estimate.value)}{unit} ({show(estimate.low)} to {show(estimate.high)})"
