"""What a report shows of the proxy on the route."""

from msgspec.structs import replace

from tests.report import samples
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.report import as_text
from tlsprobe.report.page import plain

REPLY = ProxyReply(
    protocol="HTTP/1.1",
    status=403,
    reason="Forbidden",
    headers=(("Via", "1.1 gate"), ("Content-Type", "text/html"), ("Via", "1.0 inner")),
    title="Blocked",
    body="Ask IT " + "now " * 100,
    login="NTLM",
)


def shown(reply, *, verbose=False):
    """The report of an endpoint behind a proxy that said this, as words with single spaces."""
    report = samples.ALL["blocked"]()
    target = replace(report.observation.target, via="http://proxy.example:3128", address=None)
    observation = replace(report.observation, target=target, proxy=reply)
    rows = as_text.rows(replace(report, observation=observation), verbose=verbose)
    return " ".join(plain(rows, 100, wrap=True).split())


def test_a_refusal_is_shown():
    """Route, status, login, who answers, and the beginning of his page."""
    text = shown(REPLY)
    assert ":443 through http://proxy.example:3128" in text
    assert "proxy answered 403 Forbidden, with a login by NTLM; Via 1.1 gate, 1.0 inner" in text
    assert 'its page "Blocked": Ask IT now' in text
    assert "text/html" not in text
    assert text.count("now") < shown(REPLY, verbose=True).count("now")


def test_a_page_without_a_title():
    """A page need not have one."""
    assert "its page: Ask IT" in shown(replace(REPLY, title=None))


def test_a_plain_answer_is_one_line():
    """A proxy that let it through, and says nothing of itself, gets no more than its status."""
    text = shown(ProxyReply(protocol="SOCKS 5", status=0, reason="succeeded"))
    assert "proxy answered 0 succeeded" in text
    assert "page" not in text


def test_no_proxy_no_row():
    """Where there is none, nothing is said of one."""
    assert "answered" not in shown(None)
