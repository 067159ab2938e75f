"""OpenVINO without its telemetry: the only place that imports it.

Its package would tell Google Analytics of every import, and leave an identifier in the user's
home folder, unless the user has opted out. Where its telemetry cannot be imported it puts a stub
in its place, which tells nobody.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402 - only now that it cannot tell anybody
import openvino.opset13 as opset  # noqa: E402 - as above

__all__ = ("openvino", "opset")
