"""The reference that observations are held against, put together from what is at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.reference import Expectations, Reference
from tlsprobe.store import ct_logs, reference_file, shipped


def default_reference(
    *,
    as_of: datetime,
    public: TrustStore,
    added: TrustStore | None = None,
    machine: TrustStore | None = None,
    files: Iterable[Path] = (),
    pins: Mapping[str, frozenset[bytes]] | None = None,
) -> Reference:
    """The shipped facts, with the files of the user over them, a later file over an earlier one.

    `as_of` is "now"; beside `public` count as public the shipped
    keys of roots that programmes have dropped, and `added`; for captures also the shipped keys of
    the CAs below them. Without `machine`, no check looks at the machine's own store.

    Raises:
        InputError: a file cannot be used.
    """
    # reversed: the last file named has the first word.
    read = [reference_file.load(path) for path in files][::-1]
    now_public = _public(_with_shipped(public), added)
    return Reference(
        as_of=as_of,
        public=now_public,
        public_as_of=shipped.public_as_of(),
        recorded=replace(now_public, tables=(shipped.public_intermediates(),)),
        added=added,
        machine=machine,
        expectations=Expectations(*(file.expectations for file in read), shipped.expectations()),
        labels=sum((file.labels for file in read), start=()) + shipped.labels(),
        ct_logs=ct_logs.shipped(),
        compromised=shipped.compromised(),
        portals=shipped.portals(),
        pins=dict(pins or {}),
    )


def bare_reference(
    *,
    as_of: datetime,
    public: TrustStore,
    added: TrustStore | None = None,
    machine: TrustStore | None = None,
    pins: Mapping[str, frozenset[bytes]] | None = None,
) -> Reference:
    """No list of anything: the clock, the stores and the caller's own pins (``--no-reference``)."""
    return Reference(
        as_of=as_of,
        public=_public(public, added),
        added=added,
        machine=machine,
        pins=dict(pins or {}),
    )


def _with_shipped(public: TrustStore) -> TrustStore:
    """The public roots and the shipped keys of those that programmes have dropped.

    Where the list of public roots was changed on this machine, only those of its roots count whose
    keys the shipped list has as well: what somebody added does not.
    """
    known = shipped.public_roots()
    if public.doubt:
        public = replace(
            public,
            cas=tuple(ca for ca in public.cas if known.by_key(ca.spki_sha256) is not None),
            doubt="",
        )
    dropped = tuple(ca for ca in known.cas if public.by_key(ca.spki_sha256) is None)
    return TrustStore.merge(public, replace(known, cas=dropped))


def _public(public: TrustStore, added: TrustStore | None) -> TrustStore:
    return public if added is None else TrustStore.merge(public, added)
