"""`tlsprobe schema`: what it prints is what the other commands write."""

import json
import re
from typing import get_args

import jsonschema
import pytest

from tests.cli.running import tlsprobe
from tlsprobe.cli.schema import Name
from tlsprobe.model.json_schemas import RECORDS


def test_every_record_can_be_asked_for():
    """Each record by the name that it bears, and the help says which command writes it."""
    assert {f"tlsprobe.{name}/1" for name in get_args(Name)} == set(RECORDS)
    shown = " ".join(tlsprobe("schema", "--help")[1].split())
    assert all(re.search(rf"(?<![\w-]){name}[,:] ", shown) for name in get_args(Name))


def test_the_usual_one():
    """Without a name it is that of a report."""
    code, out, _ = tlsprobe("schema")
    assert code == 0
    assert json.loads(out)["title"] == "tlsprobe.report/1"


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (["checks"], {"checks"}),
        (["check", "--list"], {"packs"}),
        (["routes", "login.example.com"], {"routes"}),
        (["reference", "show"], {"reference-table"}),
        (["reference", "show", "login.microsoftonline.com"], {"expectation"}),
        (["reference", "show", "DigiCert Global Root G2"], {"ca"}),
        (["reference", "show", "nobody.example"], {"reference-unknown"}),
    ],
    ids=str,
)
def test_what_commands_write(arguments, written):
    """A record validates against the schema that is printed for the name that it bears."""
    records = [json.loads(line) for line in tlsprobe(*arguments, "--json")[1].splitlines()]
    assert {one["schema"] for one in records} == {f"tlsprobe.{name}/1" for name in written}
    for name in written:
        published = json.loads(tlsprobe("schema", name)[1])
        validator = jsonschema.Draft202012Validator(
            published, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        for one in records:
            validator.validate(one)
            assert set(one) == set(published["properties"])
