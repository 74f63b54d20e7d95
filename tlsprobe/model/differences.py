"""What two observations of one endpoint do not have in common, in words for people.

What differs by nature is left out: randoms, times, addresses. What a server chooses depends on what
it is offered, so that is only compared where the same hello was sent.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.distinguished_name import decode as decode_name
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.jarm import of_somebody
from tlsprobe.model.observation import Observation
from tlsprobe.wire.codepoints import cipher_suite_name, group_name, version_name

NOTHING = "none"


class Difference(NamedTuple):
    """One thing, and how it was and is."""

    what: str
    then: str
    now: str


def nearest(observations: Iterable[Observation], now: Observation) -> Observation:
    """Of several, of which there is at least one, that which has most in common with `now`."""
    return min(observations, key=lambda then: len(differences(then, now)))


def differences(then: Observation, now: Observation) -> tuple[Difference, ...]:
    """Everything in which `now` is not as `then`, the most telling first."""
    pairs = (*_answers(then, now), *_chains(then, now), *_behaviour(then, now))
    return tuple(Difference(what, was, is_now) for what, was, is_now in pairs if was != is_now)


def behaviour(then: Observation, now: Observation) -> tuple[Difference, ...]:
    """Of these, what the server chose of the same offer."""
    pairs = _behaviour(then, now)
    return tuple(Difference(what, was, is_now) for what, was, is_now in pairs if was != is_now)


_Pairs = Iterator[tuple[str, str, str]]


def _answers(then: Observation, now: Observation) -> _Pairs:
    yield "answer", _answer(then), _answer(now)


def _answer(one: Observation) -> str:
    if one.chain:
        return "a certificate"
    return "no certificate" if one.failure is None else one.failure.kind.value


def _chains(then: Observation, now: Observation) -> _Pairs:
    if not then.chain or not now.chain:
        return
    was, is_now = then.chain[0], now.chain[0]
    yield "leaf key", _key(was), _key(is_now)
    yield "key type", was.key_type, is_now.key_type
    yield "issuer", was.issuer, is_now.issuer
    yield "CA keys", _keys(then.chain[1:]), _keys(now.chain[1:])
    yield "valid", _validity(was), _validity(is_now)
    yield "names", _names(was), _names(is_now)


def _behaviour(then: Observation, now: Observation) -> _Pairs:
    yield from _choices(then, now)
    before, after = of_somebody(then.jarm), of_somebody(now.jarm)
    if before is not None and after is not None:  # its hellos are always the same
        yield "JARM", before, after


def _choices(then: Observation, now: Observation) -> _Pairs:
    before, after = then.handshake, now.handshake
    if then.profile != now.profile or None in (before.version, after.version):
        return
    yield "version", _named(before.version, version_name), _named(after.version, version_name)
    yield (
        "cipher suite",
        _named(before.cipher_suite, cipher_suite_name),
        _named(after.cipher_suite, cipher_suite_name),
    )
    yield "group", _named(before.group, group_name), _named(after.group, group_name)
    yield "ALPN", _protocol(before.alpn), _protocol(after.alpn)
    yield (
        "extended master secret",
        _said(before.extended_master_secret),
        _said(after.extended_master_secret),
    )
    if then.chain and now.chain:
        yield "client certificate", _asked(then), _asked(now)
    yield "JA3S", then.fingerprints.ja3s or NOTHING, now.fingerprints.ja3s or NOTHING


def _key(one: Certificate) -> str:
    return spki_pin(one.spki_sha256)


def _keys(certificates: tuple[Certificate, ...]) -> str:
    return ", ".join(dict.fromkeys(map(_key, certificates))) or NOTHING


def _validity(one: Certificate) -> str:
    ends = (one.not_before, one.not_after)
    return " to ".join("?" if end is None else end.date().isoformat() for end in ends)


def _names(one: Certificate) -> str:
    return ", ".join(sorted((*one.dns_names, *map(str, one.ip_addresses)))) or NOTHING


def _named(number: int | None, name: Callable[[int], str]) -> str:
    return NOTHING if number is None else name(number)


def _protocol(one: bytes | None) -> str:
    return NOTHING if one is None else one.decode("ascii", "backslashreplace")


def _said(agreed: bool) -> str:  # noqa: FBT001 - the value itself
    return "agreed to" if agreed else NOTHING


def _asked(one: Observation) -> str:
    request = one.handshake.certificate_request
    if request is None:
        return "not asked for"
    names = ", ".join(sorted(decode_name(each).text for each in request.authorities))
    return f"asked for, of {names}" if names else "asked for"
