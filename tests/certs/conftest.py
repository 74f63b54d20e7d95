"""The chains of `fixtures/chains`, and the stores that they are held against."""

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.trust import KnownCA, TrustStore

_CHAINS = Path(__file__).parents[2] / "fixtures" / "chains"

Chain = tuple[Certificate, ...]


def _read(name: str) -> Chain:
    content = (_CHAINS / f"{name}.pem").read_bytes()
    blocks = content.split(b"-----BEGIN CERTIFICATE-----")[1:]
    return tuple(parse(b64decode(block.partition(b"-----END")[0])) for block in blocks)


@pytest.fixture
def chain() -> Callable[[str], Chain]:
    """The certificates of a fixture, in the order presented."""
    return _read


@pytest.fixture
def staple() -> Callable[[str], bytes]:
    """A stapled OCSP response of the fixtures."""
    return lambda name: (_CHAINS / "staples" / f"{name}.der").read_bytes()


@pytest.fixture
def public() -> TrustStore:
    """The public roots of the fixtures."""
    return _store(_read("stores/public"))


@pytest.fixture
def public_with_intermediates() -> TrustStore:
    """The same with their intermediate known as well."""
    return _store(_read("stores/public-with-intermediates"))


@pytest.fixture
def machine() -> TrustStore:
    """A machine on which the interceptor's root was installed."""
    return _store(_read("stores/machine"))


@pytest.fixture
def store() -> Callable[[Chain], TrustStore]:
    """Makes a store of some CAs."""
    return _store


def _store(certificates: Chain) -> TrustStore:
    """A store that knows these CAs; self-issued ones are roots."""
    return TrustStore(
        name="test",
        origin="test",
        cas=tuple(KnownCA.of(one, root=one.self_issued, origin="test") for one in certificates),
    )
