"""The published schemas: of every record that there is, and each of its fields described."""

import pkgutil
from importlib import import_module

import jsonschema
import msgspec
import pytest

from tlsprobe import model
from tlsprobe.model.json_schemas import RECORDS, schema


def fields(published):
    """Every field of a schema, with what is said of it."""
    definitions = published["$defs"]
    for name, one in ((published["title"], published), *definitions.items()):
        for field, said in one.get("properties", {}).items():
            of_its_kind = definitions.get(said.get("$ref", "").rpartition("/")[2], {})
            yield f"{name}.{field}", said.get("description") or of_its_kind.get("description")


@pytest.mark.parametrize("record", RECORDS)
def test_schema(record):
    """What is published is a JSON Schema of draft 2020-12, and bears the record's name and number."""
    published = schema(record)
    jsonschema.Draft202012Validator.check_schema(published)
    name, number = record.removeprefix("tlsprobe.").split("/")
    assert published["title"] == record
    assert published["$id"] == f"urn:tlsprobe:schema:{name}:{number}"
    assert published["properties"]["schema"]["enum"] == [record]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_described(record):
    """Every record and every field of a schema says what it is."""
    published = schema(record)
    assert all(one["description"] for one in (published, *published["$defs"].values()))
    assert [field for field, said in fields(published) if not said] == []


def test_every_record_is_published():
    """Whatever bears a schema's name is among them; a baseline's entries are a file's, and no record."""
    for module in pkgutil.iter_modules(model.__path__, f"{model.__name__}."):
        import_module(module.name)
    kinds, waiting = set(), [msgspec.Struct]
    while waiting:
        below = waiting.pop().__subclasses__()
        kinds.update(below)
        waiting += below
    bearing = {
        kind
        for kind in kinds
        if kind.__module__.startswith(f"{model.__name__}.") and "schema" in kind.__struct_fields__
    }
    assert bearing == set(RECORDS.values())
