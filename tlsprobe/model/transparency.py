"""The leaf's timestamps held against the known logs: what several checks and the judge ask."""

from collections.abc import Iterator
from typing import NamedTuple

from tlsprobe.certs.chain import Path, name_holders
from tlsprobe.certs.ct_log import Log
from tlsprobe.certs.sct import Sct
from tlsprobe.certs.sct_verification import CheckedSct, SctStatus, check_beside, check_embedded
from tlsprobe.model.observation import Observation, PresentedSct, SctSource
from tlsprobe.model.paths import machine_path, public_path, public_store
from tlsprobe.model.reference import Reference

MAX_TIMESTAMPS = 8
"""Honest leafs have two to six; a hostile list has room for hundreds."""
MAX_SIGNERS = 4
"""Keys that are tried where it is not known which one signed."""


class Signers(NamedTuple):
    """SPKI hashes of the keys that may have signed the leaf."""

    keys: frozenset[bytes]
    certain: bool
    """Whether the leaf's signature verifies under the one that there is: then no bit of it is lost."""
    listed: bool
    """Whether a public CA has the key identifier that the leaf names."""


class Timestamp(NamedTuple):
    """One of the leaf's timestamps and what became of it."""

    presented: PresentedSct
    checked: CheckedSct

    @property
    def sct(self) -> Sct:
        """The timestamp itself."""
        return self.presented.sct

    @property
    def embedded(self) -> bool:
        """Whether it stands inside the certificate."""
        return self.presented.source is SctSource.CERTIFICATE

    @property
    def log(self) -> Log | None:
        """Its log, if that is known."""
        return self.checked.log

    @property
    def status(self) -> SctStatus:
        """Whether its log's key verifies it."""
        return self.checked.status

    @property
    def text(self) -> str:
        """Log, time and what became of it, for people."""
        log = f"log {self.sct.log_id.hex()[:16]}" if self.log is None else self.log.name
        when = (
            "no time" if self.sct.timestamp is None else f"{self.sct.timestamp:%Y-%m-%d %H:%M:%S}"
        )
        return f"{log}, {when}: {_WORDS[self.status]}"


_WORDS = {
    SctStatus.VERIFIED: "verifies",
    SctStatus.FAILED: "does not verify for this certificate",
    SctStatus.UNKNOWN_LOG: "of no known log",
    SctStatus.UNTOLD: "cannot be verified without the issuer's key",
}


def timestamps(observation: Observation, reference: Reference) -> Iterator[Timestamp]:
    """The leaf's timestamps, each verified when it is its turn; none where no logs are known."""
    logs = reference.ct_logs
    if logs is None or not observation.chain:
        return
    leaf, keys = observation.chain[0], None
    for presented in observation.scts[:MAX_TIMESTAMPS]:
        if presented.source is SctSource.CERTIFICATE:
            keys = signers(observation, reference).keys if keys is None else keys
            yield Timestamp(presented, check_embedded(leaf, presented.sct, keys, logs))
        else:
            yield Timestamp(presented, check_beside(leaf, presented.sct, logs))


def public_timestamp(observation: Observation, reference: Reference) -> Timestamp | None:
    """The first timestamp that a log which browsers took at that time has made for this very leaf.

    Then a CA that such logs accept has signed it, whether or not its key is known here.
    """
    for one in timestamps(observation, reference):
        accepted = one.log is not None and one.log.accepted_at(observation.taken)
        if accepted and one.status is SctStatus.VERIFIED:
            return one
    return None


def publicly_signed(observation: Observation, reference: Reference) -> bool:
    """Whether a public CA has signed the leaf: its key is known, or a public log says so."""
    if not observation.chain:
        return False
    if public_path(observation, reference).anchor is not None:
        return True
    return public_timestamp(observation, reference) is not None


def signers(observation: Observation, reference: Reference) -> Signers:
    """The keys that may have signed the leaf: the one that is seen to have, or those that it names."""
    leaf = observation.chain[0]
    path = public_path(observation, reference)
    key = _lowest(path) or _lowest(machine_path(observation, reference))
    if key is not None and key != leaf.spki_sha256:
        return Signers(frozenset((key,)), certain=True, listed=False)
    if leaf.signed_by(leaf.spki_der) is True:
        return Signers(frozenset((leaf.spki_sha256,)), certain=True, listed=False)
    store, key_id = public_store(observation, reference), leaf.authority_key_id
    known = name_holders(store, leaf) if key_id is None else store.by_key_id(key_id)
    keys = (*(one.spki_sha256 for one in known), *(one.spki_sha256 for one in path.refused))
    return Signers(
        frozenset(list(dict.fromkeys(keys))[:MAX_SIGNERS]),
        certain=False,
        listed=key_id is not None and bool(known),
    )


def _lowest(path: Path | None) -> bytes | None:
    """The key that signed the leaf, if the path shows it."""
    return path.ca_keys[0] if path is not None and path.ca_keys else None
