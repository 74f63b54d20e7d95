"""PAC scripts in a process of their own."""

import asyncio
import importlib.util
from datetime import UTC, datetime

import pytest

from tlsprobe.errors import InputError
from tlsprobe.live import pac
from tlsprobe.model.route_choice import Place

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLACES = (Place("www.contoso.com", 443), Place("2001:db8::1", 8443))
NETSCAPE = """
// The second example of Netscape's page, for other names.
function FindProxyForURL(url, host)
{
    if ((isPlainHostName(host) || dnsDomainIs(host, ".contoso.com")) &&
        !localHostOrDomainIs(host, "merchant.contoso.com"))
        return "DIRECT";
    else
        return "PROXY w3proxy.contoso.com:8080; DIRECT";
}
"""
needs_engine = pytest.mark.skipif(
    importlib.util.find_spec("quickjs") is None, reason="quickjs-ng has no wheel for this system"
)


def said(script, places=PLACES, **options):
    """What came of asking a script for each place."""
    return asyncio.run(pac.answers(script, places, source="x.pac", now=NOW, **options))


def asked(script, places=PLACES, **options):
    """What a script says of each place, of which it has an answer for all."""
    found = said(script, places, **options)
    assert [one.fault for one in found] == [""] * len(places)
    return tuple(one.answer for one in found)


def refused(script, **options):
    """What is said of a script that cannot be used."""
    with pytest.raises(InputError) as caught:
        asked(script, **options)
    said = str(caught.value)
    assert said.startswith("x.pac: ")
    return said.removeprefix("x.pac: ")


@needs_engine
def test_a_script_is_asked_for_every_place():
    """Each place has its answer, in order."""
    assert asked(NETSCAPE) == ("DIRECT", "PROXY w3proxy.contoso.com:8080; DIRECT")


@needs_engine
def test_what_a_script_is_given():
    """The URL has neither path nor usual port, the host no brackets."""
    assert asked("const FindProxyForURL = (url, host) => url + ' ' + host") == (
        "https://www.contoso.com/ www.contoso.com",
        "https://[2001:db8::1]:8443/ 2001:db8::1",
    )


@needs_engine
def test_the_functions_are_there():
    """A script can call all that it may expect, and learns this machine's address and the time."""
    script = """
    function FindProxyForURL(url, host) {
      if (!weekdayRange("WED") || !timeRange(12) || !shExpMatch(host, "*")) return "wrong";
      if (dnsResolve("no such name") !== null || isInNet(host)) return "wrong";
      if (!isInNet(dnsResolve("localhost"), "127.0.0.0", "255.0.0.0")) return "wrong";
      return "PROXY " + myIpAddress() + ":1";
    }"""
    (answer,) = asked(script, PLACES[:1])
    assert answer.startswith("PROXY ")
    assert answer.endswith(":1")
    assert answer.count(".") == 3


@needs_engine
@pytest.mark.parametrize("nothing", ["null", "undefined", "''"])
def test_an_answer_of_nothing(nothing):
    """It stands for a direct way."""
    assert asked(f"function FindProxyForURL() {{ return {nothing} }}", PLACES[:1]) == ("",)


@needs_engine
def test_the_other_entry():
    """A script for IPv6 may have its entry alone."""
    assert asked("function FindProxyForURLEx() { return 'DIRECT' }", PLACES[:1]) == ("DIRECT",)


@needs_engine
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("function FindProxyForURL(\n  url, host {\n}", "line 2: SyntaxError: "),
        ("\n\nfoo.bar()", "line 3: ReferenceError: foo is not defined"),
        ("var proxy = 1", "expected a function FindProxyForURL(url, host)"),
        ("FindProxyForURL = 1", "expected a function FindProxyForURL(url, host)"),
        ("throw 'nothing\\nfits'", "nothing"),
        ("throw 'x'.repeat(1e6)", "x" * 200),
    ],
)
def test_a_broken_script(script, words):
    """The file is named, with the line where there is one, in one line."""
    found = refused(script)
    assert found.startswith(words)
    assert "\n" not in found
    assert len(found) < 250


@needs_engine
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("\nreturn nobody(host)", "line 2: ReferenceError: nobody is not defined"),
        ("return 5", "expected a text of what FindProxyForURL"),
        ("return '\\ud800'", "expected text without halves"),
        ("return 'a'.repeat(1e6)", "expected at most 65536"),
        ("return FindProxyForURL(url, host)", "RangeError"),
        ("throw 'x'.repeat(1e6)", "x" * 200),
    ],
)
def test_a_script_that_fails_for_one_place(statement, words):
    """It has its answer for the other one, whichever is asked for first."""
    script = f"function FindProxyForURL(url, host) {{ if (host[0] === 'w') {{ {statement} }} return '' }}"
    for places in (PLACES, PLACES[::-1]):
        by_place = dict(zip(places, said(script, places), strict=True))
        failed, well = (by_place[one] for one in PLACES)
        assert words in failed.fault
        assert "\n" not in failed.fault
        assert len(failed.fault) < 250
        assert (failed.answer, well) == ("", pac.Said())


@needs_engine
def test_a_greedy_script():
    """Memory is bounded, as the stack is."""
    assert "Error: " in refused("var all = []; while (true) all.push(new Array(1e6).fill(1))")


@needs_engine
def test_an_endless_script():
    """It is ended, and so is its process."""

    async def ended():
        with pytest.raises(InputError, match=r"did not come to an end in 0\.5 s"):
            await pac.answers("while (true);", PLACES, source="x.pac", now=NOW, timeout=0.5)
        return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}

    assert asyncio.run(ended()) == set()


@needs_engine
def test_nothing_else_is_in_reach():
    """A script has neither files nor processes, and no way to Python."""
    script = """
    function FindProxyForURL() {
      return ["require", "process", "std", "os", "fetch", "XMLHttpRequest", "ActiveXObject", "print"]
        .filter(name => typeof globalThis[name] !== "undefined").join() + ";" + typeof dnsResolve.__self__;
    }"""
    assert asked(script, PLACES[:1]) == (";undefined",)


@needs_engine
def test_no_module_of_the_working_directory_is_run(tmp_path, monkeypatch):
    """Where somebody has put a quickjs.py of his own, it stays unread."""
    (tmp_path / "quickjs.py").write_text("raise SystemExit(9)")
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert asked(NETSCAPE, PLACES[:1]) == ("DIRECT",)


def test_without_the_engine(tmp_path, monkeypatch):
    """It is told which package is missing."""
    (tmp_path / "quickjs.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert refused(NETSCAPE) == (
        "a PAC script needs the package quickjs-ng, which is not installed: pip install quickjs-ng"
    )


def test_an_engine_that_crashes(tmp_path, monkeypatch):
    """What ends the process is no answer."""
    (tmp_path / "quickjs.py").write_text("import os; os._exit(7)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert refused(NETSCAPE) == "the engine that runs it ended with 7"
