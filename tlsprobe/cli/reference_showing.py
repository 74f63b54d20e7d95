"""What `tlsprobe reference show` does, once its options are read."""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from tlsprobe.certs.pins import parse_pin
from tlsprobe.cli import reference_records as records
from tlsprobe.cli import reference_rows as words
from tlsprobe.cli.console import Console
from tlsprobe.report.page import Row, Span
from tlsprobe.store import updates
from tlsprobe.store.host_names import host_name
from tlsprobe.store.listed_ca import ListedCA
from tlsprobe.store.tables import Tables
from tlsprobe.store.trust_stores import certifi_store

MOST_IN_FULL = 3
"""CAs of a name that are shown with all that is known; of more there is a line each."""


class Showing(Struct, frozen=True, kw_only=True):
    """What one run of the command shows, and where."""

    console: Console
    tables: Tables
    today: date
    json: bool

    def overview(self) -> None:
        """Every table, once the long lists have been held against their form."""
        self.tables.check()
        for table in self.tables:
            if self.json:
                self.console.record(records.encoded(records.table_record(table, self.today)))
            else:
                self.console.rows(words.table_rows(table, self.today))

    def everything(self) -> None:
        """Every listed CA, a line each."""
        index = self.tables.index
        if self.json:
            lines = (records.encoded(records.ca_record(ca, index)) for ca in index)
            self.console.write(b"".join(lines))
        else:
            rows = (words.ca_line(ca, self.today) for ca in index)
            self.console.rows(rows, one_line=True)

    def of(self, asked: str) -> bool:
        """What is known of a host, a key or a name; whether that is anything."""
        if asked.lower().startswith("sha256/"):
            key = parse_pin(asked)
            found = self.tables.index.by_key(key)
            return self._cas((found,) if found else ()) or self._key(asked, key)
        return self._host(asked) or self._cas(self.tables.named(asked)) or self._unknown(asked)

    def _host(self, asked: str) -> bool:
        host = _as_host(asked)
        found = self.tables.expected(host) if host else None
        if host is None or found is None:
            return False
        index = self.tables.index
        if self.json:
            record = records.expectation_record(host, *found, index)
            self.console.record(records.encoded(record))
        else:
            rows = words.expectation_rows(host, *found, index=index, today=self.today)
            self.console.rows(rows)
        return True

    def _cas(self, cas: Sequence[ListedCA]) -> bool:
        for ca in cas:
            if self.json:
                used = self.tables.using(ca.spki_sha256)
                record = records.ca_record(ca, self.tables.index, used)
                self.console.record(records.encoded(record))
            else:
                self.console.rows(self._rows(ca, full=len(cas) <= MOST_IN_FULL))
        return bool(cas)

    def _rows(self, ca: ListedCA, *, full: bool) -> Iterator[Row]:
        if not full:
            yield words.ca_line(ca, self.today)
            return
        used = self.tables.using(ca.spki_sha256)
        yield from words.ca_rows(ca, self.tables.index, self.today, used)

    def _key(self, asked: str, key: bytes) -> bool:
        """A key that is no listed CA's may be somebody's own."""
        used = self.tables.using(key)
        for one in used:
            place = self.tables.expected(one.names[0])
            if self.json:
                record = records.expectation_record(
                    one.names[0], one, place[1] if place else "", self.tables.index
                )
                self.console.record(records.encoded(record))
            else:
                self.console.rows([Row(spans=(Span(f"{asked}: a key of {one.owner}"),))])
        return bool(used) or self._unknown(asked)

    def _unknown(self, asked: str) -> bool:
        if self.json:
            self.console.record(records.encoded(records.unknown_record(asked)))
        else:
            text = f"{asked}: nothing is known of it, neither as a host nor as a CA"
            self.console.rows([Row(spans=(Span(text),))])
        return False


def show(
    asked: str | None, *, everything: bool, json: bool, files: Sequence[Path], today: date
) -> bool:
    """Show it; whether what was asked for is known.

    Raises:
        UsageError: a pin is malformed.
        InputError: a file cannot be used.
    """
    tables = Tables(roots=certifi_store(), files=files, updates=updates.folder(os.environ))
    showing = Showing(console=Console(), tables=tables, today=today, json=json)
    if everything:
        showing.everything()
    elif asked is None:
        showing.overview()
    else:
        return showing.of(asked)
    return True


def _as_host(asked: str) -> str | None:
    """What may be a host: a name without a dot is rather that of a CA."""
    try:
        host = host_name(asked)
    except ValueError:
        return None
    return host if "." in host or ":" in host else None
