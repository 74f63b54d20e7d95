"""The layout: what must hold of the files themselves, beside what lint-imports sees."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import tlsprobe
from tests.canaries import seen as with_canary
from tests.canaries import whole
from tests.checks.test_run import CHOICES, LABEL, LISTS, MUTUAL
from tests.evidence import (
    KNOWN_LOGS,
    as_captured,
    baseline,
    by_another_hello,
    expectation,
    key_of,
    nowhere,
    over_another_route,
    reference,
    second_opinion,
    unanswered,
    under_another_name,
)
from tests.traces import trace
from tlsprobe import checks
from tlsprobe.checks import Need
from tlsprobe.checks._run import _available
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.company import Company
from tlsprobe.model.lookalikes import Standing
from tlsprobe.model.names import NameAnswers

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tlsprobe"
MODULES = sorted(PACKAGE.rglob("*.py"))
CHECKS = sorted(file for file in (PACKAGE / "checks").glob("*.py") if file.name[0] != "_")
USES_SCAPY = {"hello/craft.py", "capture/packets.py"}


def name_of(file):
    """A file's path in the package."""
    return file.relative_to(PACKAGE).as_posix()


def imported(node):
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_the_registry_finds_every_file():
    """Every file beside the registry is one check, whose id is the file's name."""
    ids = [file.stem.replace("_", "-") for file in CHECKS]
    assert [one.id for one in checks.all_checks()] == ids


@pytest.mark.parametrize("file", CHECKS, ids=lambda file: file.stem)
def test_one_check_one_file(file):
    """A check's file defines one public function, named for the file, with a text and a test."""
    tree = ast.parse(file.read_text())
    functions = [one.name for one in tree.body if isinstance(one, ast.FunctionDef)]
    assert [name for name in functions if not name.startswith("_")] == [file.stem]
    assert (ROOT / "tests" / "checks" / f"test_{file.name}").is_file()


@pytest.mark.parametrize("check", checks.all_checks(), ids=lambda one: one.id)
def test_a_check_is_described(check):
    """A check says what it finds in a sentence, and cites what it rests on."""
    first = check.text.splitlines()[0]
    assert first.endswith((".", "?", "!")) or "\n" in check.text
    assert check.cites
    assert inspect.isgeneratorfunction(check.function)


def test_every_test_of_a_check_tests_one():
    """No test file outlives its check."""
    tested = {file.stem.removeprefix("test_") for file in (ROOT / "tests/checks").glob("test_*.py")}
    assert tested - {file.stem for file in CHECKS} == {"run", "registry"}


def test_every_need_is_used():
    """No need is left that no check has."""
    assert frozenset().union(*(one.needs for one in checks.all_checks())) == frozenset(Need)


def test_every_need_can_be_met():
    """With all that a reference can hold every need is met, and with nothing none is.

    A probe has no packets of others.
    """
    key = frozenset((key_of("honest"),))
    full = reference(
        expectation(ca_keys=key, pins=key, choices=CHOICES, uses=(MUTUAL,)),
        machine="machine",
        labels=[LABEL],
        ct_logs=KNOWN_LOGS,
        controls=[
            second_opinion("honest"),
            under_another_name("honest"),
            nowhere("honest"),
            over_another_route("honest"),
            by_another_hello("honest"),
            baseline("honest"),
        ],
        company=Company(),
        **LISTS,
    )
    seen = replace(
        with_canary(whole()), revocation=(), names=NameAnswers(), hops=trace(), jarm="2" * 62
    )
    assert _available(seen, full) == frozenset(Need) - {Need.PACKETS}
    assert _available(as_captured(seen), full) == frozenset(Need)
    assert _available(unanswered(), reference()) == frozenset()


@pytest.mark.parametrize("need", Need)
def test_every_need_has_words(need):
    """A report can say in words what was lacking."""
    assert need.value
    assert need.value[0].islower()


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_every_module_says_what_it_is(file):
    """The first line of every module is one sentence."""
    text = ast.get_docstring(ast.parse(file.read_text()))
    assert text is not None
    assert text.splitlines()[0].endswith((".", "?"))


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_scapy_is_imported_inside_functions(file):
    """scapy, which takes long to import, is imported in its files only, and there when it is used."""
    tree = ast.parse(file.read_text())
    at_import = {id(node) for one in tree.body for node in _run_at_import(one)}
    for node in ast.walk(tree):
        if any(module.partition(".")[0] == "scapy" for module in imported(node)):
            assert name_of(file) in USES_SCAPY
            assert id(node) not in at_import


def _run_at_import(node):
    """A statement and all in it that runs when its module is imported."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _run_at_import(child)


def test_nobody_inside_imports_from_the_root():
    """The package's root is for its users: inside, everybody names the module that he means."""
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "tlsprobe":
                taken = {alias.name for alias in node.names}
                modules = {one.stem for one in PACKAGE.iterdir()}
                assert taken <= modules, f"{name_of(file)} takes {taken - modules} from the root"


def test_no_file_is_too_long():
    """No module grows beyond what one idea fills."""
    long = {name_of(file): len(file.read_text().splitlines()) for file in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 500} == {}


def test_no_file_is_called_for_anything():
    """No module bears a name that says nothing."""
    assert not {"utils", "helpers", "common", "manager"} & {file.stem for file in MODULES}


def test_public_names():
    """Every public name is there and is what its home module has; others are not."""
    for name in tlsprobe.__all__:
        assert getattr(tlsprobe, name) is not None
    assert tlsprobe.probe.__module__ == "tlsprobe.app"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tlsprobe.nothing


def test_public_names_are_typed():
    """The file that type checkers read uses every public name."""
    tree = ast.parse((ROOT / "tests" / "typing" / "api.py").read_text())
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tlsprobe"
        for alias in node.names
    }
    assert set(tlsprobe.__all__) <= used


def test_every_package_has_its_tests():
    """Each package of `tlsprobe` has a folder of tests beside the others."""
    packages = {one.name for one in PACKAGE.iterdir() if (one / "__init__.py").is_file()}
    tested = {one.name for one in (ROOT / "tests").iterdir() if one.is_dir()}
    assert packages <= tested


NAMING_CHECKS = ("model/causes.py", "model/cause_kinds.py", "model/lookalikes.py", "model/blocked_lookups.py",
                 "model/taken_ways.py")  # fmt: skip
"""They ask for findings by the names of checks, which no type holds."""


@pytest.mark.parametrize("name", NAMING_CHECKS)
def test_checks_that_are_asked_for_exist(name):
    """A check that is renamed is not silently found nowhere."""
    known = {one.id for one in checks.all_checks()}
    texts = [
        node.value
        for node in ast.walk(ast.parse((PACKAGE / name).read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    named = [one for one in texts if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", one)]
    kinds = {one.value for one in CauseKind} | {one.value for one in Standing}
    assert [one for one in named if one in known]
    assert [one for one in named if one not in known | kinds] == []
