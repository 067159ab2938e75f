"""The workflow of the paper's Fig. 9."""

from __future__ import annotations

from collections.abc import Sequence

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.patches import PatchVotes
from CXRTriageLib.domain.triage import Classification, Recommendation, TriageAction
from CXRTriageLib.networks.weights import ModelClass


def recommend(
    votes: PatchVotes | None, classes: Sequence[ModelClass], warnings: Sequence[FilmWarning]
) -> Recommendation:
    """Return what the workflow says of a film.

    Parameters
    ----------
    votes
        The vote, or None where the film gets no class.
    classes
        Classes of the network, in the order of the votes.
    warnings
        All warnings of the film; those that block the class become the reason.

    Returns
    -------
    Recommendation
        Confirm by RT-PCR or CT where a class leads that asks for it, else the class found.
    """
    if votes is None:
        blocking = " ".join(item.message for item in warnings if item.blocks_classification)
        return Recommendation(
            action=TriageAction.NOT_CLASSIFIED,
            text="No class is given for this film.",
            reason=blocking or "The film was not classified.",
        )
    leader = classes[votes.winner]
    spoken = _within_sentence(leader.label)
    total = sum(votes.counts)
    reason = (
        f"{votes.counts[votes.winner]} of {total} patches "
        f"({votes.shares[votes.winner]:.0%}) voted {spoken}."
        if total > 1
        else f"The whole film was read as {spoken}."
    )
    if leader.confirm:
        text = f"Confirm by RT-PCR or CT: {leader.label} leads the vote."
        return Recommendation(action=TriageAction.CONFIRM_VIRAL, text=text, reason=reason)
    return Recommendation(
        action=TriageAction.CLASS_FOUND,
        text=f"{leader.label} leads the vote.",
        reason=reason,
    )


def tie_warnings(found: Classification) -> tuple[FilmWarning, ...]:
    """Return the warning that a tied vote needs.

    Parameters
    ----------
    found
        The vote, and what its classes are called.

    Returns
    -------
    tuple of FilmWarning
        Empty where one class has more votes than any other.
    """
    if len(found.votes.tied) < 2:
        return ()
    names = [_within_sentence(found.class_labels[index]) for index in found.votes.tied]
    message = (
        f"As many patches voted {' as '.join(names)}; "
        f"the rule chose {_within_sentence(found.winner_label)}."
    )
    return (FilmWarning(code=WarningCode.VOTE_TIE, message=message),)


def _within_sentence(label: str) -> str:
    # A name in capitals stays as it is, at its beginning and within.
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
