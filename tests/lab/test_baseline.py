"""A baseline of an open path, held against real interceptors and an honest one."""

from pathlib import Path
from typing import Any

import pytest

from tests.lab.authorities import Disguise
from tests.lab.interceptors import DECRYPTING, SPLICE, Interceptor
from tests.lab.laboratory import Laboratory, Run
from tests.lab.servers import ASKS_TLS13, EITHER, ORIGINS


@pytest.fixture(scope="module")
def clean(lab: Laboratory) -> Path:
    """What every origin shows where nobody is in the way."""
    path = lab.folder / "clean.json"
    names = [origin.name for origin in ORIGINS]
    run = lab.run("baseline", "record", *names, "--to", path, "--ca-file", lab.public_root)
    assert path.is_file(), run
    return path


def diff(lab: Laboratory, clean: Path) -> Run:
    """All of it once more, from where the client is."""
    return lab.run("baseline", "diff", clean, "--json", "--ca-file", lab.public_root)


def differences(record: dict[str, Any]) -> set[str]:
    """What is other than it was."""
    return {one["what"] for one in record["differences"]}


def test_an_open_path_is_as_it_was(lab: Laboratory, clean: Path):
    """The same servers again differ in nothing."""
    run = diff(lab, clean)
    assert len(run.records()) == len(ORIGINS)
    assert [record["differences"] for record in run.records()] == [[]] * len(run.records())


def test_who_passes_all_on_changes_nothing(lab: Laboratory, clean: Path):
    """Behind a squid that splices, every origin is as it was."""
    with lab.standing_in_the_way(lab.box(SPLICE, Disguise.OWN_NAME)):
        run = diff(lab, clean)
    assert [record["differences"] for record in run.records()] == [[]] * len(run.records())


@pytest.mark.parametrize("disguise", [Disguise.OWN_NAME, Disguise.ISSUING_COPIED])
@pytest.mark.parametrize("interceptor", DECRYPTING, ids=lambda one: one.name)
def test_who_re_signs(
    lab: Laboratory, clean: Path, *, interceptor: Interceptor, disguise: Disguise
):
    """Each interceptor shows another key for every origin, and is found by the baseline among others."""
    with lab.standing_in_the_way(lab.box(interceptor, disguise)):
        run = diff(lab, clean)
    record = run.record(EITHER)
    assert (record["verdict"], run.exit_code) == ("inspected", 5), run
    assert "baseline-differs" in record["because"]
    assert {"leaf key", "CA keys"} <= differences(record)
    assert differences(run.record(ASKS_TLS13)) & {"answer", "client certificate"}
