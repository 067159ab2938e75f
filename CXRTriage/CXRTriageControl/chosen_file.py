"""Where to write: what a reader chooses, and nothing is replaced without asking."""

from __future__ import annotations

from pathlib import Path

from CXRTriagePanels.host import Host

REPLACE, GO_BACK = "Replace", "Go back"


def chosenFile(host: Host, title: str, suggestion: str, ending: str) -> Path | None:
    """Let the reader name a file to write.

    Parameters
    ----------
    host
        Shows the dialog, which asks before an existing file is chosen.
    title
        Of the dialog.
    suggestion
        Name to begin with.
    ending
        With its period. A name without it gets it, and may then be that of another file, which
        the dialog did not ask about.

    Returns
    -------
    Path or None
        None where the reader has chosen nothing.
    """
    chosen = host.saveFile(title, suggestion, f"*{ending}")
    if not chosen or chosen.lower().endswith(ending):
        return Path(chosen) if chosen else None
    target = Path(f"{chosen}{ending}")
    return target if mayReplace(host, target) else None


def mayReplace(host: Host, path: Path) -> bool:
    """Ask whether what stands somewhere may be replaced.

    Parameters
    ----------
    host
        Asks.
    path
        Of a file that may be there.

    Returns
    -------
    bool
        Also where there is nothing.
    """
    if not path.exists():
        return True
    text = f"{path.name} is there already in {path.parent}."
    return host.ask("CXRTriage", text, [REPLACE, GO_BACK]) == REPLACE
