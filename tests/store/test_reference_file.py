"""References of the user."""

import base64
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tlsprobe.errors import InputError
from tlsprobe.model.reference import Confidence, Issuance
from tlsprobe.store.reference_file import load

EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "references" / "example.toml"
HEAD = 'schema = "tlsprobe.reference/1"\nas_of = 2026-11-22\norigin = "a test"\n'
EXPECTED = '[[expectation]]\nowner = "Example"\nnames = ["a.example"]\n'
LABEL = '[[label]]\nvendor = "V"\nproduct = "P"\ncategory = "C"\n'
PIN = "sha256/" + base64.b64encode(b"\1" * 32).decode()


def refused(tmp_path: Path, text: str | bytes) -> str:
    """What is said of a file, without its name; always one line."""
    path = tmp_path / "own.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        load(path)
    said = str(caught.value)
    assert said.isprintable()
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


def test_the_example_says_what_it_says() -> None:
    """Every key of the schema is read, and date and origin of the file hold where an entry has none."""
    read = load(EXAMPLE)

    own, public = read.expectations
    assert own.names == ("sync.example.com", "*.sync.example.com")
    assert own.issuance is Issuance.PRIVATE
    assert own.ca_keys == {b"\1" * 32}
    assert own.pins == {b"\2" * 32}
    assert (own.as_of, own.origin) == (date(2026, 10, 1), "change 4711")
    assert public.issuance is Issuance.PUBLIC
    assert (public.as_of, public.origin) == (date(2026, 11, 22), "the network team's list")
    (label,) = read.labels
    assert label.patterns == (
        ("issuer.cn", "^Example Gateway CA$"),
        ("issuer.o", "^Example Ltd$"),
    )
    assert not label.every
    assert label.confidence is Confidence.DOCUMENTED


def test_a_file_may_hold_nothing(tmp_path: Path) -> None:
    """A file of the right schema without entries is no mistake."""
    path = tmp_path / "own.toml"
    path.write_text(HEAD)

    assert load(path).expectations == load(path).labels == ()


def test_names_are_brought_to_one_spelling(tmp_path: Path) -> None:
    """Case and the final dot of a name make no difference, nor does a repetition within an entry."""
    path = tmp_path / "own.toml"
    path.write_text(
        HEAD + '[[expectation]]\nowner = "E"\nnames = ["A.Example.", "a.example", "*.B.Example"]\n'
    )

    assert load(path).expectations[0].names == ("a.example", "*.b.example")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no schema: expected a text"),
        ("schema = 1", "schema is 1: expected a text"),
        ('schema = "other/1"', "schema is 'other/1': expected \"tlsprobe.reference/1\""),
        (
            'schema = "tlsprobe.reference/2"\nnew = 1',
            (
                "schema is tlsprobe.reference/2: expected tlsprobe.reference/1, the newest that "
                "this version knows"
            ),
        ),
        ('schema = "tlsprobe.reference/1"', "no as_of: expected a date, such as 2026-11-22"),
        (
            'schema = "tlsprobe.reference/1"\nas_of = "2026"\norigin = "o"',
            "as_of is '2026': expected a date, such as 2026-11-22",
        ),
        (
            'schema = "tlsprobe.reference/1"\nas_of = 2026-11-22T10:00:00Z\norigin = "o"',
            "as_of is 2026-11-22 10:00:00+00:00: expected a date, such as 2026-11-22",
        ),
        (
            HEAD + "pin = 1",
            "no such key 'pin': expected schema, as_of, origin, expectation or label",
        ),
        (HEAD + "expectation = 1", "expectation is 1: expected an array"),
        (HEAD + "expectation = [1]", "expectation 1 is 1: expected a table"),
        (HEAD + "[expectation]", "expectation is a table: expected an array"),
        (
            HEAD + "[[expectation]]\nnames = []\nowner = 'E'",
            "expectation 1 (line 4): names is empty: expected at least one host name",
        ),
        (
            HEAD + EXPECTED + "\n[[expectation]]\nowner = 'E'\n",
            "expectation 2 (line 8): no names: expected an array",
        ),
        (
            HEAD + EXPECTED + "issued_by = 'me'",
            'expectation 1 (line 4): issued_by is \'me\': expected "public" or "private"',
        ),
        (
            HEAD + EXPECTED + f"pins = ['{PIN}', 'sha256/abc']",
            (
                "expectation 1 (line 4): pins[1] is 'sha256/abc': expected sha256/ and 44 characters "
                "of base64, the SHA-256 of a public key"
            ),
        ),
        (
            HEAD + EXPECTED + "ca_keys = [1]",
            "expectation 1 (line 4): ca_keys[0] is 1: expected a text",
        ),
        (
            HEAD + EXPECTED + "names_ = 1",
            (
                "expectation 1 (line 4): no such key 'names_': expected names, owner, issued_by, "
                "ca_keys, pins, as_of or origin"
            ),
        ),
        (
            HEAD + EXPECTED + "[[ expectation ]]\nowner = 'Other'\nnames = ['b', 'A.example']",
            (
                "expectation 2 (line 7): a.example stands in expectation 1 too, of Example: expected "
                "each name in one only"
            ),
        ),
        (
            HEAD + "expectation = [{ owner = '', names = ['a'] }]",
            "expectation 1: owner is '': expected one line of 1 to 512 characters",
        ),
        (
            HEAD + EXPECTED + 'origin = "two\\nlines"',
            (
                "expectation 1 (line 4): origin is 'two\\nlines': expected one line of 1 to 512 "
                "characters"
            ),
        ),
        (
            HEAD + LABEL,
            "label 1 (line 4): no patterns: expected at least one, with field and regex",
        ),
        (
            HEAD + LABEL + "patterns = [['issuer.cn', 'x']]",
            "label 1 (line 4): patterns[0] is an array: expected a table",
        ),
        (
            HEAD + LABEL + "patterns = [{ field = 'issuer.cn', regex = '(' }]",
            (
                "label 1 (line 4), patterns[0]: regex is '(': expected a regular expression, but "
                "missing ), unterminated subpattern at position 0"
            ),
        ),
        (
            HEAD + LABEL + "patterns = [{ field = 'cn', regex = 'x' }]",
            (
                "label 1 (line 4), patterns[0]: field is 'cn': expected one of chain.cn, chain.dn, "
                "chain.email, chain.o, chain.ou, issuer.cn, issuer.dn, issuer.email, issuer.o, "
                "issuer.ou"
            ),
        ),
        (
            HEAD + LABEL + "patterns = [{ field = 'issuer.cn', regex = '(a+)+' }]",
            (
                "label 1 (line 4), patterns[0]: regex is '(a+)+': expected no repetition of a group "
                "that itself repeats or has alternatives"
            ),
        ),
        (
            HEAD + LABEL + "every = 1\npatterns = [{ field = 'issuer.cn', regex = 'x' }]",
            "label 1 (line 4): every is 1: expected true or false",
        ),
        ("a = [1", "expected TOML: Unclosed array (at end of document)"),
        ("a = 1\nb = = 2", "expected TOML: Invalid value (at line 2, column 5)"),
        (b"a = 1\nb = '\xff'", "line 2: expected TOML in UTF-8"),
        ("a = " + "[" * 3000, "expected TOML that is not nested hundreds deep"),
        ("a = " + "9" * 5000, None),
        (HEAD + "pin = 0x" + "f" * 9000, None),
        (HEAD + EXPECTED + "pins = 0x" + "f" * 9000, None),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path: Path, text: str | bytes, said: str | None) -> None:
    """Each mistake is refused with the entry, its line, what stands there and what was expected."""
    assert refused(tmp_path, text) == said or said is None


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "*", "*.", "a.*.example", "*.192.0.2.1", "-a.example", "a-.example", "a..b",
     "1.2.3", "https://a.example", "a.example:443", "bücher.example", "x" * 64, "a." * 130 + "b",
     "*.*.example", "a/b"],
)  # fmt: skip
def test_what_is_no_host_name_is_refused(tmp_path: Path, name: str) -> None:
    """URLs, ports, placeholders, inner wildcards and addresses gone wrong are no host names."""
    said = refused(
        tmp_path, HEAD + f"[[expectation]]\nowner = 'E'\nnames = ['b.example', '{name}']"
    )

    assert said.startswith("expectation 1 (line 4): names[1] is ")
    assert "expected" in said


@pytest.mark.parametrize("name", ["intranet", "*.corp", "192.0.2.1", "2001:DB8::1", "_a.b-c.d3"])
def test_names_of_private_networks_are_names(tmp_path: Path, name: str) -> None:
    """A single label, a wildcard below one and an address are taken as they are."""
    path = tmp_path / "own.toml"
    path.write_text(HEAD + f"[[expectation]]\nowner = 'E'\nnames = ['{name}']")

    assert load(path).expectations[0].names == (name.lower(),)


PIN, OTHER_PIN = (f"sha256/{letter * 42}A=" for letter in "AB")


def owned(owner: str, *more: str) -> str:
    """An expectation of somebody's."""
    lines = ("[[expectation]]", f"owner = '{owner}'", f"names = ['{owner}.example']", *more)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "keys",
    [
        (f"pins = ['{PIN}']", f"pins = ['{OTHER_PIN}', '{PIN}']"),
        (f"ca_keys = ['{PIN}']", f"ca_keys = ['{PIN}']\nissued_by = 'private'"),
    ],
)
def test_a_key_of_two_owners_is_refused(tmp_path: Path, keys: tuple[str, str]) -> None:
    """One pin, or one CA key of an own PKI, cannot be two owners': the later entry is named."""
    text = HEAD + owned("first", keys[0]) + owned("second", keys[1])

    assert refused(tmp_path, text) == (
        f"expectation 2 (line 8): {PIN} is first's too, of first.example: expected one owner of a key"
    )


def test_owners_may_share_a_public_ca(tmp_path: Path) -> None:
    """A public CA signs for many owners, and one owner may pin a key for several of his names."""
    path = tmp_path / "own.toml"
    shared = f"ca_keys = ['{PIN}']"
    own = f"pins = ['{OTHER_PIN}']"
    path.write_text(
        HEAD + owned("first", shared, own) + owned("second", shared)
        + owned("first", own).replace("first.example", "more.example")
    )  # fmt: skip

    assert len(load(path).expectations) == 3


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing file, a directory and a file without end are refused by name."""
    missing = tmp_path / "missing.toml"
    with pytest.raises(InputError, match=r"missing\.toml: cannot be read: No such file"):
        load(missing)
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        load(tmp_path)
    with pytest.raises(InputError, match="cannot be read: "):
        load(Path("a\0b"))
    endless = tmp_path / "endless.toml"
    with endless.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(InputError, match="at most 8 MiB"):
        load(endless)


def test_a_line_is_told_only_where_it_is_sure(tmp_path: Path) -> None:
    """Where a text looks like a header as well, no line is named rather than a wrong one."""
    text = (
        HEAD.replace('"a test"', '"a test"\n#')
        + '[[expectation]]\nowner = """E\n[[expectation]]"""'
        "\nnames = ['a']"
    )

    assert refused(tmp_path, text).startswith("expectation 1: owner is ")


keys = st.sampled_from(
    ["schema", "as_of", "origin", "expectation", "label", "names", "owner", "issued_by", "ca_keys",
     "pins", "vendor", "product", "category", "patterns", "every", "field", "regex", "x"]
)  # fmt: skip
values = st.sampled_from(
    ["1", "true", "2026-11-22", "'x'", "''", "[]", "{}", "[1]", "['a']", "[{}]", "nan", "[",
     '"\\u0000"', "10:00:00", "'(a+)+'", "[{ field = 'issuer.cn', regex = 'x' }]", "'\u2028'"]
)  # fmt: skip
lines = st.one_of(
    st.builds("{} = {}".format, keys, values),
    st.sampled_from(["[[expectation]]", "[[label]]", "[expectation]", "[[label.patterns]]", "#"]),
    st.text(max_size=10),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(lines, max_size=12), headed=st.booleans())
def test_no_file_gives_more_than_one_line(
    tmp_path: Path, *, lines: list[str], headed: bool
) -> None:
    """Whatever a file holds, it is read, or refused in one line that begins with its name."""
    path = tmp_path / "own.toml"
    path.write_bytes((HEAD * headed + "\n".join(lines)).encode("utf-8", "surrogatepass"))
    said = ""
    try:
        load(path)
    except InputError as error:
        said = str(error)

    assert not said or said.startswith(f"{path}: ")
    assert said.isprintable()
