"""The machine that measures, beside its figures."""

import platform
import sys
from pathlib import Path


def processor() -> str:
    """Its name."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
