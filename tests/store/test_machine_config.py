"""machine.config, as .NET reads it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import InputError
from tlsprobe.model.route import Credentials
from tlsprobe.model.route_choice import Place
from tlsprobe.store.machine_config import LARGEST, load, parse, usual_place

DOCUMENTED = r"""<configuration>
  <system.net>
    <defaultProxy>
      <proxy usesystemdefault="True" proxyaddress="http://192.168.1.10:3128" bypassonlocal="True" />
      <bypasslist>
        <add address="[a-z]+\.contoso\.com$" />
      </bypasslist>
    </defaultProxy>
  </system.net>
</configuration>
"""
"""The example of Microsoft's page on the element."""
ENTRA = """<?xml version="1.0" encoding="UTF-8"?>
<configuration xmlns="http://schemas.microsoft.com/.NetConfiguration/v2.0">
  <!-- as the page on the connectivity of Entra Connect has it -->
  <system.net>
    <defaultProxy enabled="true" useDefaultCredentials="true">
      <proxy usesystemdefault="true" proxyaddress="http://proxy:8080" bypassonlocal="true"/>
    </defaultProxy>
  </system.net>
</configuration>
"""


def section(inside="", **attributes):
    """A file with that in its defaultProxy, which begins on line 3."""
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<configuration>\n<system.net>\n<defaultProxy{said}>\n{inside}\n</defaultProxy></system.net></configuration>"


def parsed(text):
    """The section of a file."""
    return parse(text if isinstance(text, bytes) else text.encode(), source="x.config")


def test_the_documented_example(tmp_path):
    """Microsoft's example: its proxy, its exception, and local names past it."""
    path = tmp_path / "machine.config"
    path.write_text(DOCUMENTED)
    found = load(path)
    assert found.origin == f"{path} line 3"
    assert (found.address.url, found.use_system, found.bypass_local) == (
        "http://192.168.1.10:3128", True, True,
    )  # fmt: skip
    routes = {
        host: found.decide(Place(host, 443), system=None).routes[0].via
        for host in ("login.microsoftonline.com", "www.contoso.com", "intranet")
    }
    assert routes == {
        "login.microsoftonline.com": "http://192.168.1.10:3128",
        "www.contoso.com": None,
        "intranet": None,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_entra_connect_is_told_to_write(encoding):
    """The section that the sync engine's pages ask for, in any encoding that Windows writes."""
    text = ENTRA if encoding != "utf-16" else ENTRA.replace("UTF-8", "UTF-16")
    found = parsed(text.encode(encoding))
    assert (found.enabled, found.use_default_credentials) == (True, True)
    assert found.address.url == "http://proxy:8080"


@pytest.mark.parametrize(
    "text",
    [
        "<configuration/>",
        "<configuration><system.net><settings/></system.net></configuration>",
        "<configuration><defaultProxy enabled='no'/></configuration>",
        "<configuration><location path='x'><system.net><defaultProxy/></system.net></location></configuration>",
    ],
)
def test_without_a_section(text):
    """A file that does not speak of it, or not in its place, says nothing."""
    assert parsed(text) is None


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        (section(enabled="FALSE"), "enabled", False),
        (section("<proxy autoDetect='True'/>"), "detect", True),
        (section("<proxy autoDetect='unspecified'/>"), "detect", None),
        (section("<proxy bypassonlocal=' false '/>"), "bypass_local", False),
        (
            section("<proxy scriptLocation='http://wpad/wpad.dat'/>"),
            "script",
            "http://wpad/wpad.dat",
        ),
        (section("<proxy scriptLocation='http://a:b@wpad/x'/>"), "script", "http://wpad/x"),
        (section("<proxy scriptLocation=''/>"), "script", None),
        (section("<proxy proxyaddress=''/>"), "address", None),
        (section("<module type='Corp.Proxy, Corp'/>"), "module", "Corp.Proxy, Corp"),
        (section("<proxy lockItem='true'/>"), "use_system", None),
    ],
)
def test_attributes(text, attribute, value):
    """Each is read in any case; what is not said stays open."""
    assert getattr(parsed(text), attribute) == value


def test_the_list_is_added_to_and_removed_from():
    """add, remove and clear count in their order, and an entry once."""
    inside = (
        "<bypasslist><add address='a'/><clear/><add address='b'/><add address='c'/>"
        "<add address='c'/><remove address='b'/><remove address='z'/></bypasslist>"
    )
    assert [one.text for one in parsed(section(inside)).bypass] == ["c"]


def test_expressions_of_dotnet():
    """Groups are named in another way there; what could take for ever is not tried."""
    inside = "<bypasslist><add address='(?&lt;x&gt;a)'/><add address='([a-z]+)+x'/></bypasslist>"
    named, costly = parsed(section(inside)).bypass
    assert named.pattern.search("a")["x"] == "a"
    assert (costly.text, costly.costly, named.costly) == ("([a-z]+)+x", True, False)


def test_a_login_is_kept_apart():
    """A password in the address reaches no text."""
    found = parsed(section("<proxy proxyaddress='http://anna:horse@proxy:8080'/>"))
    assert found.address.credentials == Credentials(user="anna", password="horse")
    assert "horse" not in repr(found)
    assert "horse" not in found.decide(Place("a.example", 443), system=None).why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: expected XML, but: no element found"),
        ("<configuration>\n<a>\n</b></configuration>", "line 3: expected XML, but: mismatched tag"),
        ("<web/>", "line 1: expected <configuration>, not <'web'>"),
        ("<?xml version='1.0' encoding='none'?><configuration/>", "line 1: expected XML in UTF-8"),
        ("<?xml version='1.0' encoding='shift_jis'?><configuration/>", "line 1: expected XML in"),
        (section(enabled="maybe"), "line 3: enabled: 'maybe': expected True, False or Unspecified"),
        (section(enabled="unspecified"), "line 3: enabled: 'unspecified': expected true or false"),
        (section(Enabled="true"), "line 3: <defaultProxy> has no attribute 'Enabled': expected"),
        (section("<proxy useSystemDefault='True'/>"), "line 4: <proxy> has no attribute"),
        (section("<Proxy/>"), "line 4: <'Proxy'> has no place in <defaultProxy>"),
        (
            section("<proxy proxyaddress='proxy.corp:8080'/>"),
            "line 4: proxyaddress: expected http://",
        ),
        (
            section("<proxy proxyaddress='https://proxy:8080'/>"),
            "line 4: proxyaddress: expected http",
        ),
        (
            section("<proxy proxyaddress='http://proxy:x'/>"),
            "line 4: proxyaddress: the proxy: the port",
        ),
        (
            section("<bypasslist>\n<add address='*.contoso.com'/></bypasslist>"),
            "line 5: address: '*.contoso.com': expected a regular expression, but nothing to repeat",
        ),
        (
            section("<bypasslist><add/></bypasslist>"),
            "line 4: address: expected a regular expression",
        ),
        (
            section(configSource="proxy.config"),
            "line 3: configSource: the section stands in another",
        ),
        (
            "<configuration><system.net><defaultProxy/>\n<defaultProxy/></system.net></configuration>",
            "line 2: expected one <defaultProxy> only",
        ),
        (b" " * (LARGEST + 1), f"expected at most {LARGEST} bytes"),
    ],
)
def test_what_is_refused(text, said):
    """What .NET would refuse is refused with file, line and reason."""
    with pytest.raises(InputError) as caught:
        parsed(text)
    assert str(caught.value).startswith(f"x.config: {said}")
    assert str(caught.value).isprintable()


def test_a_password_is_not_repeated():
    """An address that cannot be read may hold one."""
    with pytest.raises(InputError) as caught:
        parsed(section("<proxy proxyaddress='http://anna:horse@proxy:x'/>"))
    assert "horse" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_entities_are_refused():
    """A document type may stand for gigabytes, or for files: none is read at all."""
    bomb = "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(1, 12))
    for inside in (f"<!ENTITY a1 'ha'>{bomb}", "<!ENTITY x SYSTEM 'file:///etc/passwd'>"):
        text = f"<!DOCTYPE x [{inside}]>\n<configuration>&a12;</configuration>"
        with pytest.raises(InputError, match="line 1: expected no document type declaration"):
            parsed(text)


def test_a_file_that_is_not_there(tmp_path):
    """It is named, with what was expected."""
    for path in (tmp_path / "none", tmp_path, Path("a\0b")):
        with pytest.raises(InputError, match=r"cannot be read .*; expected a machine.config"):
            load(path)


def test_where_it_lies(monkeypatch):
    """On Windows it is that of .NET 4 for 64 bits; elsewhere there is none."""
    assert usual_place({}) is None
    found = usual_place({"SystemRoot": r"C:\Windows"})
    if os.name == "nt":
        assert str(found).endswith(r"Framework64\v4.0.30319\Config\machine.config")
    else:
        assert found is None


PIECES = st.sampled_from(
    ["<configuration>", "</configuration>", "<system.net>", "<defaultProxy", " enabled='", "true'",
     ">", "/>", "<proxy", " proxyaddress='http://", "a:b@", "[::1]", ":99", "'", "<bypasslist>",
     "<add address='", "(?<x>", "*", "[a", "\\p{L}", "&#x41;", "&lt;", "\0", "\ufeff", "é", "<!DOCTYPE a [",
     "<?xml version='1.0' encoding='", "utf-16", "latin-1", "punycode", "'?>", "\n"],
)  # fmt: skip


@given(st.binary() | st.lists(PIECES).map(lambda found: "".join(found).encode()))
def test_no_bytes_raise_anything_else(content):
    """Whatever a file holds is a section, none, or refused in one line."""
    _read(content)


@given(st.text(), st.sampled_from(["proxyaddress", "scriptLocation", "address"]))
def test_no_attribute_raises_anything_else(value, name):
    """So it is with whatever stands in an attribute."""
    kept = "".join(one for one in value if one.isprintable() and one not in "<&'\"")
    inside = f"<proxy {name}='{kept}'/>"
    if name == "address":
        inside = f"<bypasslist><add address='{kept}'/></bypasslist>"
    _read(section(inside).encode("utf-8", "replace"))


def _read(content):
    try:
        found = parse(content, source="x.config")
        place = Place("www.contoso.com", 443)
        said = "x.config" if found is None else found.decide(place, system=None).why
    except InputError as error:
        said = str(error)
    assert said.startswith("x.config")


@pytest.mark.parametrize("name", ["proxy", "module", "bypasslist"])
def test_an_element_that_stands_there_twice(name):
    """.NET takes neither of them, and so no request is made: no silent choice of the last one."""
    with pytest.raises(
        InputError,
        match=rf"x.config: line 5: <{name}> may only appear once in <defaultProxy>",
    ):
        parsed(section(f"<{name}/>\n<{name}/>"))
