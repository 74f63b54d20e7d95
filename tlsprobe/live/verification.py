"""What OpenSSL's verifier thinks of a chain, against one set of roots at one time.

It looks at signatures, validity and constraints, as any client on OpenSSL would. Names are not its
matter here: `checks` compare them, with their reasons.
"""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from OpenSSL import crypto

from tlsprobe.certs.certificate import parse

PEM = b"-----BEGIN"


class Roots:
    """Trust anchors for OpenSSL, loaded when the first chain is held against them."""

    def __init__(self, certificates: Callable[[], Iterable[bytes]]) -> None:
        """`certificates` gives each root as DER or PEM; it is called once, or never."""
        self._certificates = certificates
        self._store = crypto.X509Store()
        self._store_at: int | None = None

    @cached_property
    def _roots(self) -> list[crypto.X509]:
        roots: list[crypto.X509] = []
        for root in self._certificates():
            # Machines' stores hold certificates that OpenSSL cannot read: they vouch for none.
            with contextlib.suppress(crypto.Error):
                kind = crypto.FILETYPE_PEM if root.startswith(PEM) else crypto.FILETYPE_ASN1
                roots.append(crypto.load_certificate(kind, root))
        return roots

    def refusal(self, chain: Sequence[crypto.X509], at: datetime) -> str | None:
        """Why `chain`, leaf first as presented, is refused at that time; None where it is accepted."""
        if not chain:
            return "no certificate was presented"
        try:
            crypto.X509StoreContext(self._at(at), chain[0], chain[1:]).verify_certificate()
        except crypto.X509StoreContextError as error:
            return _in_words(error)
        return None

    def _at(self, at: datetime) -> crypto.X509Store:
        """A store that verifies at that time.

        A store keeps the first time that it is told (X509_VERIFY_PARAM_inherit), so there is one for
        each second, which is as fine as validity goes.
        """
        second = int(at.timestamp())
        if second != self._store_at:
            self._store, self._store_at = crypto.X509Store(), second
            self._store.set_time(at.astimezone(UTC))
            for root in self._roots:
                self._store.add_cert(root)
        return self._store


def as_der(certificate: crypto.X509) -> bytes:
    """A certificate of OpenSSL's as bytes."""
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)


def _in_words(error: crypto.X509StoreContextError) -> str:
    """OpenSSL's reason and the certificate that it means."""
    depth = int(error.errors[1])
    place = "the leaf" if depth == 0 else f"{depth} above the leaf"
    return f"{error} ({place}: {parse(as_der(error.certificate)).subject})"
