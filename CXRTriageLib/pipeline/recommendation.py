"""The workflow of the paper's Fig. 9."""

from __future__ import annotations

from collections.abc import Sequence

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.patches import PatchVotes
from CXRTriageLib.domain.triage import Recommendation, TriageAction
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
    # Only the first letter: the rest may hold a name that is written in capitals.
    spoken = leader.label[:1].lower() + leader.label[1:]
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


def tie_warnings(votes: PatchVotes) -> tuple[FilmWarning, ...]:
    """Return the warning that a tied vote needs.

    Parameters
    ----------
    votes
        The vote.

    Returns
    -------
    tuple of FilmWarning
        Empty where one class has more votes than any other.
    """
    if len(votes.tied) < 2:
        return ()
    names = " and ".join(votes.class_names[index] for index in votes.tied)
    message = f"{names} have the same number of votes; the rule chose {votes.winner_name}."
    return (FilmWarning(code=WarningCode.VOTE_TIE, message=message),)
