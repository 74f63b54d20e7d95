"""Tells whether somebody on the path reads your TLS: by keys, pins and proofs, not by names.

The names below are the library; they are imported when they are first asked for, so that the
command line starts without them. Nobody inside the package imports from here.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tlsprobe._version import __version__

if TYPE_CHECKING:
    from tlsprobe.analysis import judged
    from tlsprobe.app import probe, probe_all
    from tlsprobe.asking import ProbeRequest, Settings, World
    from tlsprobe.handshake.reader import Reader, read
    from tlsprobe.handshake.transcript import Transcript
    from tlsprobe.model.observation import Observation
    from tlsprobe.model.reference import Reference
    from tlsprobe.model.report import Report

__all__ = [
    "Observation",
    "ProbeRequest",
    "Reader",
    "Reference",
    "Report",
    "Settings",
    "Transcript",
    "World",
    "__version__",
    "judged",
    "probe",
    "probe_all",
    "read",
]

_HOMES = {
    "Observation": "model.observation",
    "ProbeRequest": "asking",
    "Reader": "handshake.reader",
    "Reference": "model.reference",
    "Report": "model.report",
    "Settings": "asking",
    "Transcript": "handshake.transcript",
    "World": "asking",
    "judged": "analysis",
    "probe": "app",
    "probe_all": "app",
    "read": "handshake.reader",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
