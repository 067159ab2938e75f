"""Say what the Extensions Index of 3D Slicer still needs, and write the repository's address.

``python .ci/index_submission.py`` lists what people have to fill in and ends with 1 while there is
anything; with ``--address https://HOST/OWNER/SlicerCXRTriage`` the address is written wherever the
index wants it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNPUBLISHED_HOST = ".invalid"
"""End of a host that exists nowhere, by RFC 2606."""

ICON = "Resources/Icons/CXRTriage.png"
SCREENSHOT = "Resources/Documentation/result.jpg"
ADDRESS = re.compile(r"https://[^/\s]+(/[^/\s]+)*/Slicer[^/\s.]+")
CONTRIBUTOR = re.compile(r"[^()]+ \([^()]+\)")


def addresses(address: str) -> dict[str, str]:
    """Return what each entry of the root CMake file has to be."""
    return {
        "EXTENSION_HOMEPAGE": address,
        "EXTENSION_ICONURL": f"{address}/raw/main/{ICON}",
        "EXTENSION_SCREENSHOTURLS": f"{address}/raw/main/{SCREENSHOT}",
    }


def cmake_entry(text: str, name: str) -> str:
    """Return a text of the root CMake file, as the index reads it: without CMake."""
    found = re.search(rf'set\({name} "([^"]+)"\)', text)
    return found[1] if found else ""


def write_address(address: str) -> None:
    """Write the address of the repository wherever the index wants it."""
    path = ROOT / "CMakeLists.txt"
    text = path.read_text(encoding="utf-8")
    for name, value in addresses(address).items():
        text = text.replace(f'set({name} "{cmake_entry(text, name)}")', f'set({name} "{value}")')
    path.write_text(text, encoding="utf-8")
    path = ROOT / "CXRTriage" / "CXRTriage.json"
    entry = json.loads(path.read_text(encoding="utf-8")) | {"scm_url": f"{address}.git"}
    path.write_text(json.dumps(entry, indent=2) + "\n", encoding="utf-8")


def missing() -> list[str]:
    """Return what has to be filled in before the extension can be submitted."""
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    entry = json.loads((ROOT / "CXRTriage" / "CXRTriage.json").read_text(encoding="utf-8"))
    address = cmake_entry(text, "EXTENSION_HOMEPAGE")
    found = []
    if address.split("/")[2].endswith(UNPUBLISHED_HOST):
        found.append("The repository's address is not known: publish it, and give --address.")
    expected = addresses(address)
    if entry["scm_url"] != f"{address}.git" or any(
        cmake_entry(text, name) != value for name, value in expected.items()
    ):
        found.append("The addresses contradict each other: write them with --address.")
    people = cmake_entry(text, "EXTENSION_CONTRIBUTORS").split(", ")
    if not all(CONTRIBUTOR.fullmatch(name) for name in people):
        found.append("CMakeLists.txt: EXTENSION_CONTRIBUTORS must be 'Name (Organization), ...'.")
    if "patent" not in (ROOT / "README.md").read_text(encoding="utf-8").lower():
        found.append("README.md: say which patents are known to bear on the method, or none.")
    return found


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="where the repository is published; no .git at its end")
    address = parser.parse_args().address
    if address is not None:
        if not ADDRESS.fullmatch(address):
            parser.error("--address: the index wants https, and a repository named Slicer...")
        write_address(address)
    found = missing()
    sys.stdout.write("".join(f"{line}\n" for line in found) or "Nothing is missing.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
