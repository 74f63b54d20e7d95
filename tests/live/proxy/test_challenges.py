"""Proxy-Authenticate, as proxies write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.live.proxy.challenges import challenges


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["NTLM"], {"NTLM": None}),
        (["negotiate", "Ntlm", 'basic realm="x"'], {"Negotiate": None, "NTLM": None, "Basic": None}),
        (['Negotiate, NTLM, Basic realm="a, NTLM \\" b", charset="UTF-8"'],
         {"Negotiate": None, "NTLM": None, "Basic": None}),
        (["NTLM TlRMTVNTUAAC=="], {"NTLM": "TlRMTVNTUAAC=="}),
        (["Negotiate oYG2MIGz, NTLM"], {"Negotiate": "oYG2MIGz", "NTLM": None}),
        (["Negotiate", "Negotiate abc="], {"Negotiate": "abc="}),
        (['Digest realm = "x", nonce=abc, qop="auth"'], {"Digest": None}),
        (["", ",,", "realm=x", '"'], {}),
    ],
)  # fmt: skip
def test_what_is_offered(values, found):
    """Schemes in their order and usual spelling, with the token of those that have one."""
    assert challenges(values) == found


@given(st.lists(st.text(max_size=200), max_size=50))
def test_no_text_raises(values):
    """Whatever stands there, it is a bounded number of schemes."""
    assert len(challenges(values)) <= 32
