"""What is kept of a proxy's answer: enough to name who answers, and nothing of a login."""

import base64
import html
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.live.proxy.evidence import Answer, reply_of
from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.model.proxy_reply import MAX_BODY, MAX_FIELDS, MAX_TITLE, MAX_VALUE

PASSWORD = "hörse & b<tt>ery=="
TOKEN = base64.b64encode(f"anna:{PASSWORD}".encode()).decode()


def secrets() -> Secrets:
    """A login that was sent by Basic."""
    found = Secrets()
    for one in ("anna", PASSWORD, TOKEN):
        found.add(one)
    return found


def kept(page=b"", *, headers=(), reason=b"", cut=False, hidden=None):
    """What is kept of a refusal."""
    answer = Answer(
        version=b"1.1", status=403, reason=reason, headers=tuple(headers), page=page, cut=cut
    )
    return reply_of(answer, secrets=hidden or secrets(), login="Basic")


SPELLINGS = [
    PASSWORD, html.escape(PASSWORD), quote(PASSWORD), quote(PASSWORD, safe=""), TOKEN,
    quote(TOKEN, safe=""), TOKEN.rstrip("="), TOKEN.lower(), "ANNA",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_a_login_that_comes_back_is_hidden(spelling, charset):
    """However a proxy repeats it, in its page, its title, its fields or its reason."""
    sent = f"say {spelling} again".encode(charset)
    reply = kept(
        b"<title>" + sent + b"</title><p>" + sent + b"</p>",
        headers=[(b"via", sent), (b"location", b"http://x/?login=" + sent)],
        reason=sent,
    )
    text = repr(reply)
    for part in (*SPELLINGS, "anna", "rse", "tt", "ery", TOKEN[4:12]):
        if len(part) > 2:
            assert part.lower() not in text.lower()
    assert "***" in reply.body or "***" in (reply.title or "")
    assert "***" in reply.reason


def test_a_page_that_is_cut_inside_of_a_secret():
    """Where the page was cut off may be half of a secret, which is not kept either."""
    page = f"<p>You said {TOKEN[:-6]}".encode()
    assert TOKEN[:4] not in kept(page, cut=True).body
    assert "You said" in kept(page + b" " * 200, cut=True).body


def test_a_challenge_is_kept_without_its_token():
    """The token of NTLM has the names of the proxy's own network in it."""
    reply = kept(headers=[(b"proxy-authenticate", b"NTLM TlRMTVNTUAACAAAADgAOADgAAAA=")])
    assert reply.values("Proxy-Authenticate") == ("NTLM",)


def test_only_telling_fields_are_kept():
    """A cookie tells nobody who answers; names are written as usual, in the proxy's order."""
    reply = kept(
        headers=[(b"set-cookie", b"x=y"), (b"server", b"a"), (b"via", b"b"), (b"via", b"c")]
    )
    assert reply.headers == (("Server", "a"), ("Via", "b"), ("Via", "c"))
    assert reply.values("VIA") == ("b", "c")


def test_text_is_one_printable_line():
    """Neither control characters nor other scripts reach a terminal."""
    reply = kept("<title>a\x1b[31m\n\tb\u202eü</title>".encode())
    assert reply.title == "a?[31m b\\u202e\\xfc"


@given(
    st.binary(max_size=9000),
    st.lists(st.tuples(st.sampled_from([b"via", b"server", b"x"]), st.binary()), max_size=40),
    st.binary(),
    st.booleans(),
)
def test_whatever_comes_is_bounded(page, headers, reason, cut):
    """No answer raises, and what is kept is printable, short, and ASCII."""
    reply = kept(page, headers=headers, reason=reason, cut=cut)
    assert len(reply.headers) <= MAX_FIELDS
    texts = [reply.reason, reply.title or "", reply.body, *(value for _, value in reply.headers)]
    assert all(text.isascii() and (text.isprintable() or not text) for text in texts)
    assert all(len(value) <= MAX_VALUE for _, value in reply.headers)
    assert len(reply.title or "") <= MAX_TITLE
    assert len(reply.body) <= MAX_BODY


@pytest.mark.parametrize(
    "part", [b"<script", b"<title>", b"<", b"<!--", b"&#", b"<style x", b"NTLM "]
)
def test_a_page_made_to_take_long(part):
    """A page as long as pages are kept, of what patterns stumble over, is read all the same."""
    assert len(kept(part * (8192 // len(part))).body) <= MAX_BODY


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_a_library_that_quotes_what_it_does_not_understand(charset):
    """It writes bytes as Python does, and not as they were sent."""
    line = bytearray(f"say {PASSWORD}".encode(charset))
    assert secrets().hide(f"illegal header line: {line!r}") == (
        "illegal header line: bytearray(b'say ***')"
    )


def test_a_short_secret_is_not_searched_for():
    """What stands in every text by chance would be told by its absence."""
    short = Secrets()
    short.add("a")
    short.add("b=")
    assert short.hide("a banana") == "a banana"
