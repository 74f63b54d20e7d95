"""What public CAs may not put into a server's certificate, or have to: the rules of each time.

The CA/Browser Forum's Baseline Requirements bind every public CA since July 2012, and have become
stricter with the years. A leaf that departs from them was not made by a public CA that keeps its own
rules. Who mints copies names and dates, and often leaves out what he has no use for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise

from tlsprobe.certs import x509_extensions as x509
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.remembering import remembered

CERTIFICATE_POLICIES = "2.5.29.32"


class Departure(Enum):
    """How a leaf departs from the rules; the value is how a report words it."""

    SERIAL_NOT_POSITIVE = "its serial number is not positive"
    SERIAL_PATTERNED = "its serial number is a pattern"
    SERIAL_FROM_THE_CLOCK = "its serial number is the time of day when it was made"
    SERIAL_SHORT = "its serial number is short"
    LIFE_TOO_LONG = "it lives longer than public CAs may let it"
    NO_NAMES = "it has no subjectAltName"
    NO_AUTHORITY_KEY_ID = "it has no authorityKeyIdentifier"
    NO_AUTHORITY_INFORMATION = "it has no authorityInfoAccess"
    NO_REVOCATION = "it names no place to ask whether it was revoked"
    NO_POLICY = "it has no certificatePolicies"
    NOT_FOR_SERVERS = "its extKeyUsage does not name TLS servers"
    IS_A_CA = "it says that it is a CA"
    KEY_TOO_SHORT = "its key is too short"
    HASH_BROKEN = "it is signed with a broken hash"


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


BASELINE_SINCE = _day("2012-07-01")
"""Version 1.0 of the Baseline Requirements."""
RSA_2048_SINCE = _day("2014-01-01")
"""Appendix A of version 1.0."""
SHA_1_GONE_SINCE = _day("2016-01-01")
"""Section 7.1.3, ballot 118."""
SERIALS_DRAWN_SINCE = _day("2016-09-30")
"""Section 7.1, ballot 164: at least 64 bits of a random number."""
MAX_LIVES = (
    (_day("2029-03-15"), timedelta(days=47)),
    (_day("2027-03-15"), timedelta(days=100)),
    (_day("2026-03-15"), timedelta(days=200)),
    (_day("2020-09-01"), timedelta(days=398)),
    (_day("2018-03-01"), timedelta(days=825)),
    (_day("2015-04-01"), timedelta(days=39 * 31)),
    (BASELINE_SINCE, timedelta(days=60 * 31)),
)
"""How long a leaf may live that begins on that day or later (section 6.3.2), the latest first."""
LONGEST_LIFE = MAX_LIVES[-1][1]

DRAWN_BITS = 48
"""Serials of 64 random bits have as few as this once in 65,536 times."""
SHORT_LIVED = timedelta(days=10)
"""A leaf that is gone so soon need not say where to ask about it (section 4.9.11, ballot SC-063)."""
MIN_RSA_BITS = 2048
_TOLERANCE = timedelta(days=1)
_CLOCK_UNITS = (1, 10**3, 10**6, 10**9)
_LATEST = _day("2200-01-01").timestamp()


def departures(leaf: Certificate, at: datetime) -> tuple[Departure, ...]:
    """How a leaf that was served at `at` (aware) departs from the rules that public CAs keep.

    A rule holds for what was issued since it is there. Who mints may write any date: so it holds too
    where whatever was issued before would be long expired. None of a leaf that cannot be read whole,
    as what is not read may be what is missed.
    """
    begin = leaf.not_before
    return tuple(
        departure
        for departure, since in _all_departures(leaf)
        if begin is None or begin >= since or at >= since + LONGEST_LIFE
    )


@remembered(1024)
def _all_departures(leaf: Certificate) -> tuple[tuple[Departure, datetime], ...]:
    """From all rules that there ever were, each with the day since which it holds."""
    if leaf.outline.fault is not None or not leaf.extensions_whole:
        return ()
    return (*_serial(leaf), *_life(leaf), *_contents(leaf), *_strength(leaf))


_Found = Iterator[tuple[Departure, datetime]]


def _serial(leaf: Certificate) -> _Found:
    """The foremost of what is odd about the serial number."""
    serial = leaf.serial
    if serial is None:
        return
    if serial <= 0:
        yield Departure.SERIAL_NOT_POSITIVE, BASELINE_SINCE
    elif _patterned(serial):
        yield Departure.SERIAL_PATTERNED, SERIALS_DRAWN_SINCE
    elif _from_the_clock(serial, leaf):
        yield Departure.SERIAL_FROM_THE_CLOCK, SERIALS_DRAWN_SINCE
    elif serial.bit_length() <= DRAWN_BITS:
        yield Departure.SERIAL_SHORT, SERIALS_DRAWN_SINCE


def _patterned(serial: int) -> bool:
    """Whether its bytes are all equal, or its digits count up or down (``0x0123456789abcdef``)."""
    raw = serial.to_bytes((serial.bit_length() + 7) // 8)
    if len(raw) < 4:
        return False
    digits = [int(one, 16) for one in f"{serial:x}"]
    steps = {(after - before) % 16 for before, after in pairwise(digits)}
    byte_steps = {(after - before) % 256 for before, after in pairwise(raw)}
    return len(set(raw)) == 1 or steps in ({1}, {15}) or byte_steps in ({1}, {255})


def _from_the_clock(serial: int, leaf: Certificate) -> bool:
    """Whether it is a Unix time of the leaf's life, in some unit."""
    begin, end = leaf.not_before, leaf.not_after
    if begin is None or end is None:
        return False
    seconds = [serial // unit for unit in _CLOCK_UNITS]
    times = [datetime.fromtimestamp(each, UTC) for each in seconds if each < _LATEST]
    return any(begin <= when + _TOLERANCE and when <= end for when in times)


def _life(leaf: Certificate) -> _Found:
    begin, end = leaf.not_before, leaf.not_after
    if begin is None or end is None:
        return
    for since, limit in MAX_LIVES:
        if begin >= since:
            if end - begin > limit + _TOLERANCE:
                yield Departure.LIFE_TOO_LONG, since
            return


def _contents(leaf: Certificate) -> _Found:
    """Extensions that every public leaf has (section 7.1.2)."""
    kinds = {one.kind for one in leaf.extensions}
    usages = leaf.extended_key_usage or ()
    missing = {
        Departure.NO_NAMES: x509.ALTERNATIVE_NAMES not in kinds,
        Departure.NO_AUTHORITY_KEY_ID: x509.AUTHORITY_KEY_ID not in kinds,
        Departure.NO_AUTHORITY_INFORMATION: x509.AUTHORITY_INFORMATION not in kinds,
        Departure.NO_REVOCATION: not (leaf.ocsp_urls or leaf.crl_urls or _short_lived(leaf)),
        Departure.NO_POLICY: CERTIFICATE_POLICIES not in kinds,
        Departure.NOT_FOR_SERVERS: x509.SERVER_AUTH not in usages and x509.ANY_USAGE not in usages,
        Departure.IS_A_CA: leaf.is_ca,
    }
    for departure, found in missing.items():
        if found:
            yield departure, BASELINE_SINCE


def _short_lived(leaf: Certificate) -> bool:
    begin, end = leaf.not_before, leaf.not_after
    return begin is not None and end is not None and end - begin <= SHORT_LIVED


def _strength(leaf: Certificate) -> _Found:
    kind, _, bits = leaf.key_type.partition(" ")
    if kind == "RSA" and bits.isdigit() and int(bits) < MIN_RSA_BITS:
        yield Departure.KEY_TOO_SHORT, RSA_2048_SINCE
    if leaf.signature_hash == "sha1":
        yield Departure.HASH_BROKEN, SHA_1_GONE_SINCE
    if leaf.signature_hash == "md5":
        yield Departure.HASH_BROKEN, BASELINE_SINCE
