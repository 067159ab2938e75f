"""``python -m CXRTriageViewer``: the viewer without the command line of the library."""

from __future__ import annotations

import argparse
import sys

from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.errors import CXRTriageError
from CXRTriageViewer.viewer_command import PURPOSE, add_arguments, execute


def _main() -> int:
    parser = argparse.ArgumentParser(prog="CXRTriageViewer", description=f"{PURPOSE}.")
    add_arguments(parser)
    try:
        return execute(parser.parse_args())
    except UsageError as error:
        parser.error(str(error))
    except CXRTriageError as error:
        sys.stderr.write(f"CXRTriageViewer: {error}\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(_main())
