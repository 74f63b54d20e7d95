"""Records of many sessions that share a verdict or a chain: these parts are encoded once."""

from typing import Any

import msgspec

from tlsprobe.certs.certificate import Certificate
from tlsprobe.model import jsonable
from tlsprobe.model.finding import CheckResult
from tlsprobe.model.memory import Memory
from tlsprobe.model.report import Pins, Report
from tlsprobe.model.verdict import Verdict

ROOM = 8 * 2**20
"""Bytes that are kept of verdicts, and as many of chains."""

_Judgement = tuple[Verdict, tuple[CheckResult, ...], Pins]


class RememberingEncoder:
    """Writes what `jsonable.encode` writes, byte for byte.

    A verdict, the results that it rests on and its pins are known again by their identity: reports
    that share them, as those of one capture do, share their JSON.
    """

    def __init__(self) -> None:
        self._verdicts: Memory[tuple[int, int, int], tuple[_Judgement, jsonable.Judged]]
        self._verdicts = Memory(ROOM)
        self._chains: Memory[tuple[Certificate, ...], msgspec.Raw] = Memory(ROOM)

    def encode(self, report: Report) -> bytes:
        """One line of JSON without its line end, in ASCII only."""
        record = jsonable.record_of(
            report, self._verdict(report), self._chain(report.observation.chain)
        )
        try:
            return jsonable.encoded_with_parts(record)
        except UnicodeEncodeError:
            return jsonable.encode(report)

    def _verdict(self, report: Report) -> jsonable.Judged:
        judgement = report.verdict, report.results, report.pins
        key = id(report.verdict), id(report.results), id(report.pins)
        known = self._verdicts.recall(key)
        if known is not None:
            return known[1]
        parts = [_raw(part) for part in jsonable.judged(report)]
        made = jsonable.Judged(*parts)
        # With the values themselves, since only while they live nothing else has their identity.
        self._verdicts.keep(key, (judgement, made), sum(map(_size, parts)))
        return made

    def _chain(self, chain: tuple[Certificate, ...]) -> msgspec.Raw:
        known = self._chains.recall(chain)
        if known is None:
            known = _raw(jsonable.chain(chain))
            self._chains.keep(chain, known, 2 * _size(known))
        return known


def _raw(part: Any) -> msgspec.Raw:  # noqa: ANN401 - whatever has a JSON form
    return msgspec.Raw(jsonable.encoded(part))


def _size(raw: msgspec.Raw) -> int:
    return 64 + len(raw)
