"""From options to what observations are held against."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.certs.trust import TrustStore
from tlsprobe.errors import UsageError
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.reference import Reference
from tlsprobe.store import updates
from tlsprobe.store.pins import parse_pins
from tlsprobe.store.reference import bare_reference, default_reference
from tlsprobe.store.trust_stores import certifi_store, machine_store, pem_store


class ReferenceOptions(Struct, frozen=True, kw_only=True):
    """The options that say what is expected, as they were given."""

    files: Sequence[Path] = ()
    bare: bool = False
    ca_files: Sequence[Path] = ()
    os_store: Path | None = None
    pins: Sequence[str] = ()
    baseline: Path | None = None


class Built(Struct, frozen=True, kw_only=True):
    """A reference, and what should be said of how it came about."""

    reference: Reference
    remarks: tuple[str, ...] = ()
    """For whoever wants to know everything."""
    warnings: tuple[str, ...] = ()
    """For everybody."""


def build(options: ReferenceOptions, *, as_of: datetime, machine: bool = True) -> Built:
    """The reference that the options ask for.

    Without `machine`, this machine's own store is not looked at: only one that was named is.

    Raises:
        UsageError: options contradict each other, or a pin is malformed.
        InputError: a file cannot be used.
    """
    if options.bare and options.files:
        raise UsageError("--no-reference and --reference: expected one of them")
    pins = parse_pins(options.pins)
    added = [pem_store(path, "--ca-file") for path in options.ca_files]
    own_roots = TrustStore.merge(*added) if added else None
    own_store, remarks = _machine(options) if machine or options.os_store else (None, ())
    public = certifi_store()
    baseline = None if options.baseline is None else _baseline(options.baseline)
    if options.bare:
        reference = bare_reference(
            as_of=as_of, public=public, added=own_roots, machine=own_store, pins=pins
        )
    else:
        reference = default_reference(
            as_of=as_of, public=public, added=own_roots, machine=own_store, pins=pins,
            files=options.files, updates=updates.folder(os.environ),
        )  # fmt: skip
    return Built(
        reference=replace(reference, baseline=baseline) if baseline else reference,
        remarks=remarks,
        warnings=_warnings(public, bare=options.bare),
    )


def _baseline(path: Path) -> Baseline:
    from tlsprobe.store import baseline_file  # noqa: PLC0415 - few runs have one

    return baseline_file.load(path)


def _warnings(public: TrustStore, *, bare: bool) -> tuple[str, ...]:
    """What the public roots are worth, where somebody changed the list of them."""
    if not public.doubt:
        return ()
    consequence = (
        "with --no-reference, verdicts rest on it all the same"
        if bare
        else "of its roots, only those count as public that the shipped list knows too"
    )
    return (f"the list of public roots is in doubt: {public.doubt}; {consequence}",)


def _machine(options: ReferenceOptions) -> tuple[TrustStore | None, tuple[str, ...]]:
    if options.os_store is not None:
        return pem_store(options.os_store, "--os-store"), ()
    found = machine_store()
    if found.store is None:
        return None, (f"this machine's own store is not looked at: {found.reason}",)
    return found.store, ()
