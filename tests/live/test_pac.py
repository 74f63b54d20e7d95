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


def asked(script, places=PLACES, **options):
    """What a script says."""
    return asyncio.run(pac.answers(script, places, source="x.pac", now=NOW, **options))


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
    (said,) = asked(script, PLACES[:1])
    assert said.startswith("PROXY ")
    assert said.endswith(":1")
    assert said.count(".") == 3


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
    ("script", "said"),
    [
        ("function FindProxyForURL(\n  url, host {\n}", "line 2: SyntaxError: "),
        ("\n\nfoo.bar()", "line 3: ReferenceError: foo is not defined"),
        (
            "function FindProxyForURL(url, host) {\n  return nobody(host);\n}",
            "line 2: ReferenceError: nobody is not defined",
        ),
        ("var proxy = 1", "expected a function FindProxyForURL(url, host)"),
        ("FindProxyForURL = 1", "expected a function FindProxyForURL(url, host)"),
        ("function FindProxyForURL() { return 5 }", "expected a text of what FindProxyForURL"),
        ("function FindProxyForURL() { return '\\ud800' }", "expected text without halves"),
        ("function FindProxyForURL() { return 'a'.repeat(1e6) }", "expected at most 65536"),
        ("throw 'nothing\\nfits'", "nothing"),
        ("throw 'x'.repeat(1e6)", "x" * 200),
    ],
)
def test_a_broken_script(script, said):
    """The file is named, with the line where there is one, in one line."""
    found = refused(script)
    assert found.startswith(said)
    assert "\n" not in found
    assert len(found) < 250


@needs_engine
@pytest.mark.parametrize(
    "script",
    [
        "var all = []; while (true) all.push(new Array(1e6).fill(1))",
        "function FindProxyForURL() { return FindProxyForURL() }",
    ],
)
def test_a_greedy_script(script):
    """Memory and stack are bounded."""
    assert "Error: " in refused(script)


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
