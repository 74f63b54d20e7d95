"""Packs of the user: what is read, and what is refused with file, entry and reason."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tlsprobe.errors import InputError
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.pack import Inspection, Pack, Protocol, Requirement
from tlsprobe.model.verdict import Conclusion
from tlsprobe.store import pack_file

CHECKS = ("intermediate-missing", "captive-portal")
HEAD = 'schema = "tlsprobe.pack/1"\nname = "mine"\ntitle = "Mine"\nas_of = 2026-11-22\n'
PARTS = (
    '[[source]]\nname = "page"\ntitle = "A page"\nurl = "https://docs.example.com/a"\n'
    '[[feature]]\nname = "sync"\ntitle = "Sync"\nbreaks = "nothing syncs"\n'
)
ENDPOINT = '[[endpoint]]\nhosts = ["a.example"]\nfeatures = ["sync"]\nsources = ["page"]\n'
WHOLE = HEAD + PARTS + ENDPOINT


def load(path: Path, text: str | bytes) -> Pack:
    """The pack that a file of this text is."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return pack_file.load(path, checks=CHECKS)


def refused(tmp_path: Path, text: str | bytes) -> str:
    """What is said of a file, without its name; always one line."""
    path = tmp_path / "own.toml"
    with pytest.raises(InputError) as caught:
        load(path, text)
    said = str(caught.value)
    assert said.isprintable()
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


def test_the_form_that_is_told_is_read(tmp_path: Path) -> None:
    """The example of the module, which users write by, is a pack, and every key of it is read."""
    assert pack_file.__doc__ is not None
    text = pack_file.__doc__.partition("\n\n")[2].replace('url = "https', 'url = "https')
    read = load(tmp_path / "own.toml", text)

    assert (read.name, read.title, read.as_of) == (
        "example-sync", "Example Sync", date(2026, 11, 22),
    )  # fmt: skip
    assert read.clouds == ("worldwide", "china")
    assert [one.name for one in read.variables] == ["tenant"]
    (effect,) = read.effects
    assert effect.verdicts == {Conclusion.INSPECTED, Conclusion.TERMINATED}
    assert effect.failures == {FailureKind.RESET}
    assert effect.checks == {"intermediate-missing"}
    own, wildcard = read.endpoints
    assert (own.host, own.examples, own.wildcard) == ("{tenant}.example.com", (), False)
    assert (wildcard.host, wildcard.examples) == ("*.sync.example.com", ("eu1.sync.example.com",))
    assert own.inspection is Inspection.UNSUPPORTED
    assert own.asks_for_client_certificate
    assert own.tls_floor == 0x0303
    assert own.shared
    assert own.sources[0].as_of == date(2026, 5, 26)


def test_what_is_left_out_is_usual(tmp_path: Path) -> None:
    """An endpoint without more is required, over TLS on port 443, and nothing is said of inspection."""
    (one,) = load(tmp_path / "own.toml", WHOLE).endpoints
    assert (one.port, one.protocol) == (443, Protocol.TLS)
    assert one.requirement is Requirement.REQUIRED
    assert one.inspection is Inspection.NOT_STATED
    assert one.tls_floor is None
    (http,) = load(tmp_path / "own.toml", WHOLE + 'protocol = "http"\n').endpoints
    assert http.port == 80


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no schema"),
        ('schema = "tlsprobe.pack/2"', "schema is 'tlsprobe.pack/2': expected \"tlsprobe.pack/1\""),
        ("schema = [", "expected TOML: "),
        (b'schema = "\xff"', "line 1: expected TOML in UTF-8"),
        (HEAD + "extra = 1", "no such key 'extra'"),
        (HEAD + ENDPOINT, "endpoint 1 (line 5): features[0] is 'sync': no such feature"),
        (HEAD + PARTS, "no endpoint: expected at least one [[endpoint]]"),
        (HEAD, "no feature: expected at least one [[feature]]"),
        (WHOLE + "colour = 1", "endpoint 1 (line 13): no such key 'colour'"),
        (WHOLE + 'inspection = "maybe"', "inspection is 'maybe': expected unsupported, may-fail"),
        (WHOLE + "port = 0", "port is 0: expected a whole number from 1 to 65535"),
        (WHOLE + "port = true", "port is true: expected a whole number"),
        (WHOLE + 'tls_floor = "1.9"', "tls_floor is '1.9': expected 1.0, 1.1, 1.2 or 1.3"),
        (WHOLE + 'examples = ["b.example"]', "examples has 'b.example'"),
        (WHOLE + 'clouds = ["mars"]', "clouds[0] is 'mars': no such cloud"),
        (WHOLE.replace('"a.example"', '"a b"'), "hosts[0] is 'a b': expected a host name"),
        (WHOLE.replace('"a.example"', '"{t}.example"'), "no such variable as t"),
        (WHOLE.replace('["a.example"]', "[]"), "hosts is empty: expected at least one"),
        (WHOLE.replace('sources = ["page"]', ""), "no sources: expected an array"),
        (WHOLE.replace("https://docs", "docs"), "source 1 (line 5): url is 'docs.example.com/a'"),
        (WHOLE + PARTS, "source 2 (line 17): name is 'page' a second time"),
        (
            WHOLE + '[[effect]]\ntext = "t"\nplace = "p"\ncause = "c"\nchecks = ["no-such-check"]',
            "effect 1 (line 17): checks[0] is 'no-such-check': no such check",
        ),
        (
            WHOLE + '[[effect]]\ntext = "t"\nplace = "p"\ncause = "c"\nverdicts = ["bad"]',
            "verdicts[0] is 'bad': expected direct, inspected",
        ),
    ],
)  # fmt: skip
def test_what_is_no_pack_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    """A mistake is told in one line, with the entry, its line and what was expected."""
    assert said in refused(tmp_path, text)


def test_a_day_to_come_is_refused(tmp_path: Path) -> None:
    """By the clock that is given, with a day for other time zones; without one it is believed."""
    path = tmp_path / "own.toml"
    path.write_text(WHOLE)
    with pytest.raises(InputError, match=r"own\.toml: line 4: as_of is 2026-11-22: expected a day"):
        pack_file.load(path, checks=CHECKS, today=date(2026, 11, 20))
    assert pack_file.load(path, checks=CHECKS, today=date(2026, 11, 21)) == load(path, WHOLE)
    path.write_text(WHOLE.replace('/a"\n', '/a"\nas_of = 2027-01-01\n'))
    with pytest.raises(
        InputError, match=r"source 1 \(line 5\): as_of is 2027-01-01: expected a day"
    ):
        pack_file.load(path, checks=CHECKS, today=date(2026, 11, 26))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """So is a file that is not there."""
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        pack_file.load(tmp_path / "none.toml", checks=CHECKS)


_LINES = st.sampled_from(
    [
        *WHOLE.splitlines(), "[[effect]]", "[[variable]]", 'text = "t"', "port = 99999", "[a.b]",
        'clouds = ["x"]', 'hosts = ["*.a.example", "{v}.b"]', 'name = "v"', "x = 1e400", "as_of = 07:00:00",
        'examples = ["x.a.example"]', "shared = 3", 'url = "http://["', "endpoint = 1", "[endpoint]",
    ]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.lists(_LINES, max_size=24).map(lambda lines: "\n".join(lines).encode()),
        st.lists(_LINES, max_size=12).map(lambda lines: (WHOLE + "\n".join(lines)).encode()),
    )
)
def test_no_file_raises_anything_else(tmp_path: Path, text: bytes) -> None:
    """Whatever a file holds, it is a pack, or is refused in one line."""
    said = ""
    try:
        load(tmp_path / "own.toml", text)
    except InputError as error:
        said = str(error)
    assert said.isprintable()
