"""What is kept of a proxy's answer: enough to name who answers, and nothing of a login."""

import base64
import html
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.live.proxy.evidence import Answer, reply_of
from tlsprobe.live.proxy.secrets import Secrets
from tlsprobe.model.proxy_reply import MAX_BODY, MAX_FIELDS, MAX_TITLE, MAX_VALUE
from tlsprobe.model.route import Credentials

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


def test_a_password_of_two_characters():
    """It is hidden where it stands by itself, and words that have it in them stay."""
    hidden = Secrets.of(Credentials(user="anna", password="ab"))
    token = base64.b64encode(b"ab").decode()
    said = f"/?p=ab&q=%3Dab&r=%61b cab about {token}"
    assert hidden.hide(said) == "/?p=***&q=%3D***&r=*** cab about ***"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("whole", ["{password}", "anna:{password}"])
@pytest.mark.parametrize("filled", [True, False])
def test_a_login_in_base64(encode, whole, filled):
    """The password alone or with its user, in either alphabet, with filling or without."""
    password = "??>>~~ö"
    token = encode(whole.format(password=password).encode()).decode()
    hidden = Secrets.of(Credentials(user="anna", password=password))
    sent = token if filled else token.rstrip("=")
    assert hidden.hide(f"/?p={sent}&q={quote(sent, safe='')}") == "/?p=***&q=***"


WAYS = [
    lambda one: one,
    lambda one: quote(one, safe="") if one not in UNQUOTED else f"%{ord(one):02X}",
    lambda one: "".join(f"%{each:02x}" for each in one.encode()),
    lambda one: "+" if one == " " else one,
    html.escape,
    lambda one: f"&#{ord(one)};",
    lambda one: repr(one.encode())[2:-1],
]
"""Of writing a character."""
UNQUOTED = "-._~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MARKED = "ZqxJ"
"""Two letters before the password and two behind it, which stand nowhere else."""


@st.composite
def partly_quoted(draw):
    """A password, and how it comes back: each of its characters in another way."""
    middle = draw(st.text(st.sampled_from(" %&+/\\=<>\"'@:;?#ab2\u00f6\u20ac"), max_size=12))
    password = MARKED[:2] + middle + MARKED[2:]
    return password, "".join(draw(st.sampled_from(WAYS))(one) for one in password)


@given(partly_quoted(), st.sampled_from([b"", b"anna:", b"http://x/?p=", b"%3D"]))
def test_a_login_that_comes_back_partly_quoted(spelled, before):
    """Whichever of its characters are quoted, and how: nothing of it is in what is kept or told."""
    password, sent = spelled
    hidden = Secrets.of(Credentials(user="anna", password=password))
    said = before + sent.encode() + b" "
    reply = kept(
        b"<title>" + said + b"</title><p>" + said,
        headers=[(b"via", said), (b"location", b"http://x/" + said)],
        reason=said,
        hidden=hidden,
    )
    told = (
        reply.reason, *(value for _, value in reply.headers), hidden.hide(f"refused: {sent}"),
    )  # fmt: skip
    for text in told:
        assert "***" in text
        assert not any(each in unquote(html.unescape(text)).lower() for each in ("zq", "xj"))
    for text in (reply.title or "", reply.body):
        assert not any(each in unquote(html.unescape(text)).lower() for each in ("zq", "xj"))


UNITS = st.lists(
    st.sampled_from(["%", "%25", "25", "5C", "\\", "\\x5c", "&", "&amp;", "amp;", " ", "+", "'"]),
    min_size=1,
    max_size=5,
).map("".join)


@settings(max_examples=15, deadline=None)
@given(UNITS, UNITS)
def test_an_answer_made_to_take_long(unit, said):
    """Nor does a long answer take long that nearly is the password, over and over."""
    hidden = Secrets.of(Credentials(user="anna", password=unit * 20 + "Q"))
    for text in (unit, said, quote(unit), quote(quote(unit)), html.escape(unit)):
        assert hidden.hide("-" + text * (4096 // len(text))).startswith("-")
