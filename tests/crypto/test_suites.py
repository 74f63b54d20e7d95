"""What is known of cipher suites, against IANA's names of them."""

import pytest

from tlsprobe.crypto.suites import TLS13_SUITES, ephemeral_form
from tlsprobe.wire.codepoints import cipher_suite_name

NAMES = {
    code: name for code in range(0x10000) if not (name := cipher_suite_name(code)).startswith("0x")
}


def form_by_name(name):
    """What the name of a suite says of its ServerKeyExchange (RFC 5246, RFC 8422)."""
    if "_anon_" in name:
        return ("ecdhe" if "_ECDH_" in name else "dhe"), True
    exchange = name.removeprefix("TLS_").partition("_WITH_")[0]
    if exchange in ("ECDHE_ECDSA", "ECDHE_RSA"):
        return "ecdhe", False
    if exchange.removesuffix("_EXPORT") in ("DHE_DSS", "DHE_RSA"):
        return "dhe", False
    return "other", True


@pytest.mark.parametrize("form", [("ecdhe", False), ("dhe", False), ("ecdhe", True), ("dhe", True)])
def test_forms(form):
    """Every suite has the form that its name says, and no other suite has it."""
    wrong = {
        name: ephemeral_form(code)
        for code, name in NAMES.items()
        if (form_by_name(name) == form) != (ephemeral_form(code) == form)
    }
    assert wrong == {}


def test_suites_of_tls_1_3():
    """Hash and protection are those of the names."""
    for code, suite in TLS13_SUITES.items():
        name = cipher_suite_name(code)
        assert name == f"TLS_{suite.aead.name}_{suite.hash_name.upper()}"
