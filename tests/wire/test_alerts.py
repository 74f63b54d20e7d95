"""Alerts and their names."""

import pytest

from tlsprobe.wire.alerts import FATAL, WARNING, Alert


@pytest.mark.parametrize(
    ("description", "name"),
    [(0, "close_notify"), (40, "handshake_failure"), (70, "protocol_version"),
     (112, "unrecognized_name"), (120, "no_application_protocol")],
)  # fmt: skip
def test_names(description, name):
    """An alert bears IANA's name."""
    assert Alert(FATAL, description).name == name


@pytest.mark.parametrize("description", [1, 77, 255])
def test_unknown_numbers(description):
    """A number without a name stays a number."""
    assert Alert(FATAL, description).name == f"number {description}"


def test_fatal():
    """Only what is sent as fatal ends a connection; odd levels do not."""
    assert Alert(FATAL, 40).fatal
    assert not Alert(WARNING, 112).fatal
    assert not Alert(0, 40).fatal
    assert not Alert(255, 40).fatal
