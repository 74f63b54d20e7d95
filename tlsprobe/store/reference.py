"""The reference that observations are held against, put together from what is at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.reference import Expectations, Reference
from tlsprobe.store import reference_file, shipped
from tlsprobe.store.ca_index import CAIndex, PublicCAs
from tlsprobe.store.updates import authorities, ct_logs


def default_reference(
    *,
    as_of: datetime,
    public: TrustStore,
    added: TrustStore | None = None,
    machine: TrustStore | None = None,
    files: Iterable[Path] = (),
    pins: Mapping[str, frozenset[bytes]] | None = None,
    updates: Path | None = None,
) -> Reference:
    """The shipped facts, with the files of the user over them, a later file over an earlier one.

    `as_of` is "now"; beside `public` count as public the listed keys of roots that programmes have
    dropped and of CAs below roots that have not expired, and `added`; for captures also those of
    CAs that have. Without `machine`, no check looks at the machine's own store. `updates` is
    the directory where newer lists than the shipped ones may lie (see `store.updates`).

    Raises:
        InputError: a file cannot be used.
    """
    # reversed: the last file named has the first word.
    read = [reference_file.load(path) for path in files][::-1]
    index = authorities(updates)
    today = index.intermediates_on(as_of.date())
    now_public = _public(_with_listed(public, index, today), added)
    return Reference(
        as_of=as_of,
        public=now_public,
        public_as_of=index.as_of,
        recorded=_public(_with_listed(public, index, index.intermediates), added),
        listed=index,
        added=added,
        machine=machine,
        expectations=Expectations(*(file.expectations for file in read), shipped.expectations()),
        labels=sum((file.labels for file in read), start=()) + shipped.labels(),
        ct_logs=ct_logs(updates),
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


def _with_listed(public: TrustStore, index: CAIndex, below: PublicCAs) -> TrustStore:
    """The public roots, the listed keys of those that programmes have dropped, and CAs below them.

    Programmes drop roots while honest servers still have chains to them: such a chain was not minted,
    though the present list of roots does not have its key. A root need not be sent, so that an
    intermediate's key may be all that shows whose the chain is. Where that list was changed on this machine,
    only those of its roots count whose keys the index has as well: what somebody added does not.
    """
    if public.doubt:
        public = replace(
            public,
            cas=tuple(ca for ca in public.cas if index.roots.find(ca.spki_sha256) is not None),
            doubt="",
        )
    listed = TrustStore(
        name="public roots of all programmes",
        origin=index.roots.origin,
        cas=(),
        tables=(index.roots, below),
        names=(index.roots,),
        key_ids=(index.public,),
    )
    return TrustStore.merge(public, listed)


def _public(public: TrustStore, added: TrustStore | None) -> TrustStore:
    return public if added is None else TrustStore.merge(public, added)
