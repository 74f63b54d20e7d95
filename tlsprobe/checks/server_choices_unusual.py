"""The server chooses otherwise than it is known to."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.choices import offered_groups, offered_versions
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Choices, Reference, expectation_for
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import TLS_1_3, cipher_suite_name, group_name, version_name
from tlsprobe.wire.messages import ClientHello


@check(Need.CHOICES, ground=Ground.BEHAVIOUR, cites="RFC 8446 section 4.1.1")
def server_choices_unusual(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Version, cipher suite, group, protocol or master secret are not what this server selects.

    Who ends the TLS in its place chooses by his own stack. So does the owner's other software, in
    another place or from tomorrow on: a hint, and only near the day when the choices were seen. It
    needs no certificate, so that TLS 1.3 without keys shows it too.
    """
    expectation = expectation_for(reference, observation.target.host)
    choices = None if expectation is None else expectation.choices
    hello = observation.handshake.client_hellos[-1:]
    if choices is None or not hello or observation.handshake.server_hello is None:
        return
    unusual = [
        text
        for text in (
            _version(choices, observation.handshake, hello[0]),
            _cipher_suite(choices, observation.handshake, hello[0]),
            _group(choices, observation.handshake, hello[0]),
            _master_secret(choices, observation.handshake, hello[0]),
            _protocol(choices, observation.handshake, hello[0]),
        )
        if text
    ]
    if unusual:
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary="the server does not choose as it is known to: " + "; ".join(unusual),
            facts={"unusual": unusual, "as_of": choices.as_of.isoformat(),
                   "origin": choices.origin},
        )  # fmt: skip


def _version(choices: Choices, handshake: Handshake, hello: ClientHello) -> str | None:
    """A version that it does not speak, or an older one than both speak."""
    chosen = handshake.version
    if not choices.versions or chosen is None:
        return None
    best = max(choices.versions & offered_versions(hello), default=None)
    if chosen in choices.versions and (best is None or chosen >= best):
        return None
    usual = max(choices.versions) if best is None else best
    return f"{version_name(chosen)}, not {version_name(usual)}"


def _cipher_suite(choices: Choices, handshake: Handshake, hello: ClientHello) -> str | None:
    """Another cipher suite of TLS 1.3 than one of its own that was offered."""
    chosen = handshake.cipher_suite
    if chosen is None or handshake.version != TLS_1_3 or chosen in choices.cipher_suites:
        return None
    offered = choices.cipher_suites.intersection(hello.cipher_suites)
    if not offered:
        return None
    return (
        f"{cipher_suite_name(chosen)}, not {' or '.join(map(cipher_suite_name, sorted(offered)))}"
    )


def _master_secret(choices: Choices, handshake: Handshake, hello: ClientHello) -> str | None:
    """No extended master secret (RFC 7627) where it agrees to one, and one was offered."""
    offered = hello.extension(ext.EXTENDED_MASTER_SECRET) is not None
    old = handshake.version is not None and handshake.version < TLS_1_3
    if old and offered and choices.extended_master_secret and not handshake.extended_master_secret:
        return "no extended master secret"
    return None


def _group(choices: Choices, handshake: Handshake, hello: ClientHello) -> str | None:
    """Another group than one of its own that was offered."""
    chosen = handshake.group
    if chosen is None or handshake.version != TLS_1_3 or chosen in choices.groups:
        return None
    offered = choices.groups & offered_groups(hello)
    if not offered:
        return None
    return f"{group_name(chosen)}, not {' or '.join(map(group_name, sorted(offered)))}"


def _protocol(choices: Choices, handshake: Handshake, hello: ClientHello) -> str | None:
    """Another protocol than it selects, or one where it selects none."""
    if not choices.alpn or hello.extension(ext.ALPN) is None:
        return None
    if handshake.version == TLS_1_3 and not handshake.encrypted_extensions:
        return None  # it stands in what stayed closed
    chosen = handshake.alpn or b""
    if chosen in choices.alpn:
        return None
    usual = " or ".join(sorted(_protocol_name(name) for name in choices.alpn))
    return f"ALPN {_protocol_name(chosen)}, not {usual}"


def _protocol_name(name: bytes) -> str:
    return name.decode("ascii", "backslashreplace") or "none"
