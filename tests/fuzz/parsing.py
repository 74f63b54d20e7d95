"""Targets that take apart what was carried: handshakes, certificates, key logs, preludes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.fuzz import scripts
from tests.fuzz.reading import keys
from tlsprobe.capture.hello_search import find_client_hello, server_begins
from tlsprobe.capture.keylog import parse_keylog
from tlsprobe.capture.preludes import may_become_tls, recognise
from tlsprobe.certs import crl, der, ocsp_request, revocation
from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.certs.pkcs7 import bundled
from tlsprobe.certs.sct_verification import precertificate
from tlsprobe.handshake.reader import Reader
from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Gap, Segment


def reader(data: bytes) -> None:
    """A handshake does not depend on the chunks in which its bytes came."""
    transcript = scripts.transcript_of(data)
    assert _read(transcript) == _read(scripts.split(transcript))


def _read(transcript: Iterable[Segment | Gap]) -> Handshake:
    reading = Reader(keys())
    for one in transcript:
        if isinstance(one, Gap):
            reading.gap(one.direction, one.size)
        else:
            reading.feed(one.direction, one.data)
    reading.finish()
    return reading.handshake


def certificate(data: bytes) -> None:
    """Every field of any certificate can be asked for, cut or whole."""
    for one in (parse(data), parse_cut(data)):
        names = [name for name in dir(type(one)) if not name.startswith("_")]
        for name in names:
            if not callable(getattr(type(one), name, None)):
                getattr(one, name)
        if isinstance(one, Certificate):
            one.public_key()
            precertificate(one)


def revocations(data: bytes) -> None:
    """Every number that a revocation list has is found in it, as by reading it from end to end."""
    listed = crl.parse(data)
    assert crl.begins(data) or listed.fault is not None
    at, stop = listed.entries
    for one in der.elements(data, at, stop)[0][:32]:
        if one.tag != der.SEQUENCE:
            break  # what follows cannot be found either
        first = der.element(data, one.start, one.stop)
        if first is None or first.tag != der.INTEGER:
            continue
        number = der.integer(der.value(data, first))
        if number is not None and der.whole(data, first) == der.encoded(
            der.INTEGER, der.signed(number)
        ):
            assert listed.find(number).entry is not None
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    for known in (parse(data), *bundled(data)):
        revocation.from_list(listed, known, revocation.signer(listed, known), moment)
        revocation.from_ocsp(data, known, known, moment)
        ocsp_request.request(known, known)


def keylog(data: bytes) -> None:
    """A key log gives secrets and at most one problem, in one line."""
    _, problems = parse_keylog(data, "name")
    assert len(problems) <= 1
    assert not any("\n" in one for one in problems)


def preludes(data: bytes) -> None:
    """What may be said before TLS can be told apart, and a hello found, however it comes."""
    client, server = scripts.two_of(data)
    prelude = recognise(client, server)
    assert (prelude is None) == (not client and not server)
    assert prelude is None or prelude.port is None or 0 <= prelude.port < 2**16
    may_become_tls(client, server)
    assert 0 <= server_begins(server) <= len(server)
    whole = find_client_hello(client)
    searched, found = 0, None
    for end in range(min(len(client), 200) + 1):
        held = client[: end if end < 200 else len(client)]
        step = find_client_hello(held, searched)
        assert searched <= step.searched <= len(held)
        searched = step.searched
        if step.at is not None:
            found = step.at
            break
    assert found == whole.at
