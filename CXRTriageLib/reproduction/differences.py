"""Words for how far numbers lie from the paper's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from CXRTriageLib.site_evaluation.report.wording import number_text

LIST_IS_INCOMPLETE = (
    "The paper's list without its CoronaHack films: its 21 bacterial ones carry the file names of "
    "a children's hospital and are not here, and adult films of NIH stand in for 98 normal ones."
)


def signed(value: float) -> str:
    """Return a difference with its sign."""
    return number_text(value) if value < 0 else f"+{number_text(value)}"


def largest_difference(differences: Mapping[str, float], what: str) -> str:
    """Return a sentence about the number that lies farthest from the paper's.

    Parameters
    ----------
    differences
        Ours minus the paper's, by the name of the row.
    what
        What is compared, to complete "The largest difference of a ...".

    Returns
    -------
    str
        Empty where nothing is compared.
    """
    if not differences:
        return ""
    name = max(differences, key=lambda key: abs(differences[key]))
    return (
        f"The largest difference of a {what} from the paper's is {signed(differences[name])} "
        f"({name})."
    )


def stars_sentence(other: Sequence[str], compared: int) -> str:
    """Return a sentence about pairs whose stars are not the paper's.

    Parameters
    ----------
    other
        These pairs.
    compared
        How many pairs have stars in both.
    """
    if not compared:
        return "No pair has enough films to be tested."
    if not other:
        return f"All {compared} pairs get the paper's stars."
    same = compared - len(other)
    return f"{same} of {compared} pairs get the paper's stars; not {', '.join(other)}."
