"""Stamping: what changes, and what must not."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hello.stream import Stream
from tlsprobe.errors import DecodeError, UsageError
from tlsprobe.hello import craft, encode, fingerprint, profiles, templates
from tlsprobe.hello.spec import ClientHelloSpec
from tlsprobe.hello.template import MAX_HELLO, Template, read_record
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease
from tlsprobe.wire.messages import Extension

HOST = "login.example.com"
EVERY = pytest.mark.parametrize("name", profiles.PROFILES)
ECH_GREASE = bytes.fromhex("0000010001070020") + bytes(32) + b"\x00\x90" + bytes(144)
PSK = (
    b"\x00\x26\x00\x20" + b"t" * 32 + b"\x12\x34\x56\x78"  # one identity, its age
    b"\x00\x21\x20" + b"b" * 32  # one binder
)


def stamped(template, server_name=HOST, entropy=None):
    """The hello of a stamped template, parsed."""
    crafted = template.stamp(server_name=server_name, entropy=entropy or Stream())
    return read_record(crafted.record)[1]


def template_of(*extensions, order=(), **fields):
    """The template of a small hello with these raw extensions."""
    spec = ClientHelloSpec(
        **{
            "name": "small",
            "description": "for a test",
            "cipher_suites": (0x1301,),
            "extension_order": (*order, *(extension.code for extension in extensions)),
            "extra": extensions,
            **fields,
        }
    )
    return Template.parse(craft.build(spec), profile="small")


@EVERY
def test_fingerprints_stay(name):
    """A stamped hello has the JA3 and the JA4 of its template."""
    template = templates.load(name)
    hello = stamped(template, "a-name-of-another-length.example.org")
    assert fingerprint.ja3(hello) == fingerprint.ja3(template.hello)
    assert fingerprint.ja4(hello) == fingerprint.ja4(template.hello)


@EVERY
def test_own_values_are_fresh(name):
    """Random, session id and every share differ between two connections; sizes do not."""
    template = templates.load(name)
    one, two = stamped(template, entropy=Stream(b"1")), stamped(template, entropy=Stream(b"2"))
    assert one.random != two.random
    assert len(one.session_id) == len(two.session_id) == len(template.hello.session_id)
    assert one.session_id != two.session_id or not one.session_id
    shares = [
        ext.offered_key_shares(hello.extension(ext.KEY_SHARE) or b"\0\0")
        for hello in (template.hello, one, two)
    ]
    for placeholder, first, second in zip(*shares, strict=True):
        assert placeholder[0] == first[0] == second[0]
        assert len(placeholder[1]) == len(first[1]) == len(second[1])
        assert is_grease(first[0]) == (first[1] == second[1])


@EVERY
def test_shares_are_those_of_the_keys(name):
    """Every share that is sent, GREASE aside, has its private half in the keys."""
    crafted = templates.load(name).stamp(server_name=HOST, entropy=Stream())
    hello = read_record(crafted.record)[1]
    for group, share in ext.offered_key_shares(hello.extension(ext.KEY_SHARE) or b"\0\0"):
        assert is_grease(group) or crafted.keys.public(group) == share


def test_same_entropy_gives_the_same_bytes():
    """Stamping draws on nothing but its entropy."""
    one, two = (
        templates.load("chrome").stamp(server_name=HOST, entropy=Stream()).record for _ in range(2)
    )
    assert one == two


@EVERY
def test_server_name_is_the_one_asked_for(name):
    """The wanted name is sent, in the place where the template has one."""
    crafted = templates.load(name).stamp(server_name=HOST, entropy=Stream())
    hello = read_record(crafted.record)[1]
    assert ext.server_name(hello.extension(ext.SERVER_NAME)) == crafted.server_name == HOST


@pytest.mark.parametrize("name", [None, "192.0.2.1", "2001:db8::1", "fe80::1%eth0", "[::1]"])
def test_address_is_not_sent_as_a_name(name):
    """Without a name, and for an address, the extension is left out."""
    crafted = templates.load().stamp(server_name=name, entropy=Stream())
    assert read_record(crafted.record)[1].extension(ext.SERVER_NAME) is None
    assert crafted.server_name is None


def test_last_dot_is_not_sent():
    """The name goes out without the dot that ends a fully qualified one."""
    assert templates.load().stamp(server_name="a.example.", entropy=Stream()).server_name == (
        "a.example"
    )


@pytest.mark.parametrize("name", ["", ".", "bücher.example", "a b.example", "a\n.b", "a" * 256])
def test_name_that_cannot_be_sent(name):
    """What is no host name in ASCII is refused, and named."""
    with pytest.raises(UsageError, match="server name"):
        templates.load().stamp(server_name=name, entropy=Stream())


def test_name_is_added_only_on_request():
    """A hello without a name stays without, unless asked; then the name stands first."""
    template = template_of(order=(ext.EXTENDED_MASTER_SECRET,))
    crafted = template.stamp(server_name=HOST, entropy=Stream())
    assert crafted.server_name is None
    crafted = template.stamp(server_name=HOST, entropy=Stream(), add_server_name=True)
    first = read_record(crafted.record)[1].extensions[0]
    assert (first.code, ext.server_name(first.body)) == (ext.SERVER_NAME, HOST)


def test_hello_without_extensions_stays_so():
    """Not even an empty extensions block is added to a hello that has none."""
    template = template_of()
    assert not template.hello.has_extensions
    assert not stamped(template).has_extensions


def test_groups_that_cannot_be_made_are_not_shared():
    """A share of an unknown group is dropped, the group is still offered, GREASE is kept."""
    template = template_of(
        order=(ext.SUPPORTED_GROUPS, ext.KEY_SHARE),
        groups=(0x2A2A, 0x001E, 0x001D),
        key_shares=(0x2A2A, 0x001E, 0x001D),
    )
    hello = stamped(template)
    shared = [group for group, _ in ext.offered_key_shares(hello.extension(ext.KEY_SHARE))]
    assert shared == [0x2A2A, 0x001D]
    assert ext.groups(hello.extension(ext.SUPPORTED_GROUPS)) == (0x2A2A, 0x001E, 0x001D)


@pytest.mark.parametrize(
    ("code", "body", "kept"),
    [
        (ext.SESSION_TICKET, b"t" * 176, []),
        (ext.PRE_SHARED_KEY, PSK, [(0, 4), (40, 43)]),
        (ext.ENCRYPTED_CLIENT_HELLO, ECH_GREASE, [(0, 5), (6, 8), (40, 42)]),
    ],
)
def test_stale_secrets_become_noise(code, body, kept):
    """Ticket, PSK and encrypted hello are replaced at their length; what frames them stays."""
    template = template_of(Extension(code, body))
    fresh = stamped(template).extension(code)
    assert len(fresh) == len(body)
    noise = set(range(len(body)))
    for start, end in kept:
        assert fresh[start:end] == body[start:end]
        noise -= set(range(start, end))
    same = sum(fresh[at] == body[at] for at in noise)
    assert same < len(noise) / 4


@pytest.mark.parametrize("code", [ext.PRE_SHARED_KEY, ext.ENCRYPTED_CLIENT_HELLO])
def test_malformed_secret_is_left_alone(code):
    """A body that does not have its form is sent as it was."""
    assert stamped(template_of(Extension(code, b"\0\1"))).extension(code) == b"\0\1"


def test_cookie_is_not_replayed():
    """The cookie of a captured second hello is not sent to another server."""
    template = template_of(Extension(ext.COOKIE, b"\0\2ab"), Extension(0x1234, b""))
    assert [extension.code for extension in stamped(template).extensions] == [0x1234]


@pytest.mark.parametrize("name", ["a.example", "a-very-much-longer-name.of-a-host.example.com"])
def test_padding_fills_up_to_the_same_size(name):
    """Padding takes up what the name leaves: the message stays as long as it was."""
    template = template_of(
        order=(ext.SERVER_NAME, ext.SUPPORTED_GROUPS, ext.PADDING), groups=(29,) * 90, pad_to=512
    )
    hello = stamped(template, name)
    assert len(encode.client_hello(hello)) == 512
    assert not any(hello.extension(ext.PADDING))


def test_padding_never_vanishes():
    """Where there is no room left one byte of padding stays: JA3 and JA4 list the extension."""
    template = template_of(
        order=(ext.SERVER_NAME, ext.PADDING, ext.SUPPORTED_GROUPS), groups=(29,) * 190, pad_to=512
    )
    hello = stamped(template, "a" * 63 + ".example")
    assert hello.extension(ext.PADDING) == b"\0"
    assert len(encode.client_hello(hello)) > 512


def test_padding_that_was_carried_over_the_mark():
    """A hello that missed 512 by less than a padding header is filled to 512 when it is shorter."""
    template = template_of(
        order=(ext.SERVER_NAME, ext.PADDING, ext.SUPPORTED_GROUPS), groups=(29,) * 202, pad_to=512
    )
    assert len(encode.client_hello(template.hello)) == 514
    assert len(encode.client_hello(stamped(template, "a.example"))) == 512


def test_fragmented_hello_is_one_hello():
    """A hello that came in several records is the same template as in one."""
    record = templates.load().stamp(server_name=HOST, entropy=Stream()).record
    message = record[5:]
    pieces = b"".join(
        record[:3] + len(piece).to_bytes(2) + piece for piece in (message[:7], message[7:])
    )
    assert Template.parse(pieces, profile="x") == Template.parse(record, profile="x")


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        bytes.fromhex("802e0103010015000000100100"),
        bytes.fromhex("1503010002022a"),
        bytes.fromhex("160303000402000000"),
        bytes.fromhex("16030300050100000000"),
        bytes.fromhex("160301ffff"),
        b"\x16\x03\x01\x40\x00" + bytes(MAX_HELLO),
    ],
    ids=["nothing", "http", "ssl2", "alert", "server-hello", "empty", "cut", "huge"],
)
def test_what_is_no_hello_is_refused(record):
    """Anything but one whole ClientHello in its records is a DecodeError."""
    with pytest.raises(DecodeError):
        Template.parse(record, profile="x")


@pytest.mark.parametrize(
    "tail", [b"\0", bytes.fromhex("1403030001 01"), b"\x16\x03\x01\x00\x01\x01"]
)
def test_nothing_may_follow_the_hello(tail):
    """Bytes after the hello are no part of it."""
    record = templates.load().stamp(server_name=HOST, entropy=Stream()).record
    with pytest.raises(DecodeError):
        Template.parse(record + tail, profile="x")


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_or_read(data):
    """Parsing bytes gives a template or a DecodeError and nothing else."""
    try:
        Template.parse(data, profile="x")
    except DecodeError:
        return


@settings(max_examples=200)
@given(
    name=st.sampled_from(sorted(profiles.PROFILES)),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 40),
)
def test_damaged_hellos_are_refused_or_stamped(name, edits, cut):
    """A real hello with bytes changed is refused, or can be stamped and read again."""
    record = bytearray(templates.load(name).stamp(server_name=HOST, entropy=Stream()).record)
    for at, value in edits:
        record[at % len(record)] = value
    data = bytes(record[: len(record) - cut if cut > 20 else len(record)])
    try:
        template = Template.parse(data, profile="x")
    except DecodeError:
        return
    hello = stamped(template)
    kept = [e.code for e in template.hello.extensions if e.code != ext.COOKIE]
    assert [extension.code for extension in hello.extensions] == kept


def test_stamping_needs_no_scapy():
    """Loading and stamping a template imports no scapy."""
    program = (
        "import sys; from tlsprobe.hello import templates;"
        "templates.choose('chrome').stamp(server_name='a.example', entropy=lambda size: b'7' * size);"
        "sys.exit(any(name.partition('.')[0] == 'scapy' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("name", templates.names())
def test_what_is_known_of_a_hello_is_what_it_says(name):
    """The value that goes along with a hello is the one that its bytes read as."""
    crafted = templates.load(name).stamp(server_name="example.org", entropy=Stream(b"known"))
    assert read_record(crafted.record)[1] == crafted.hello
    assert encode.client_hello(crafted.hello) == crafted.message
