"""From a pack to questions."""

import pytest

from tests.survey_stage import endpoint, pack, planned
from tlsprobe.errors import UsageError
from tlsprobe.model.pack import Inspection, Protocol, Requirement, Variable
from tlsprobe.model.planning import plan
from tlsprobe.store.host_names import host_name

TENANT = (Variable(name="tenant", meaning="yours"), Variable(name="region", meaning="where"))


def test_a_host_is_asked_once() -> None:
    """Entries of one host and port come to one question, as strict as the strictest of them."""
    made = planned(
        endpoint("a.example", requirement=Requirement.RECOMMENDED),
        endpoint("a.example", features=("agent",), inspection=Inspection.UNSUPPORTED),
        endpoint("a.example", port=8443),
        endpoint("a.example", port=443, protocol=Protocol.HTTP),
    )
    first, other, plain = made.questions
    assert (first.place, first.features, first.required) == (
        "a.example:443",
        ("sync", "agent"),
        True,
    )
    assert first.inspection is Inspection.UNSUPPORTED
    assert (other.place, other.inspection) == ("a.example:8443", Inspection.NOT_STATED)
    assert plain.protocol is Protocol.HTTP


def test_features_narrow() -> None:
    """Only what the named feature needs is asked, for that feature alone."""
    made = planned(
        endpoint("a.example", features=("sync", "agent")), endpoint("b.example"), features=["agent"]
    )
    (question,) = made.questions
    assert (question.host, question.features) == ("a.example", ("agent",))


def test_a_wildcards_example_is_asked() -> None:
    """A wildcard is asked by its examples; one without any is listed with the reason."""
    made = planned(endpoint("*.a.example", examples=("x.a.example",)), endpoint("*.b.example"))
    (question,) = made.questions
    assert (question.host, question.wildcards) == ("x.a.example", ("*.a.example",))
    (left,) = made.not_asked
    assert left.endpoint.host == "*.b.example"
    assert "only the wildcard is documented" in left.reason


def test_an_example_that_is_documented_itself() -> None:
    """A host that stands in the pack by its own name needs no wildcard to be exempted."""
    made = planned(endpoint("*.a.example", examples=("x.a.example",)), endpoint("x.a.example"))
    assert [one.wildcards for one in made.questions] == [()]


def test_variables() -> None:
    """Given ones are filled in; an endpoint that lacks one is listed with the option to give."""
    made = plan(
        pack(
            endpoint("{tenant}.a.example"), endpoint("{tenant}.{region}.a.example"),
            variables=TENANT,
        ),
        values={"tenant": "Contoso"},
        host_name=host_name,
    )  # fmt: skip
    assert [one.host for one in made.questions] == ["contoso.a.example"]
    assert [one.reason for one in made.not_asked] == ["needs --set region=..."]


def test_clouds() -> None:
    """The first cloud is the usual one; entries of no cloud are those of every one."""
    service = pack(
        endpoint("a.example", clouds=("one",)), endpoint("b.example", clouds=("two",)),
        endpoint("c.example"), clouds=("one", "two"),
    )  # fmt: skip
    usual = plan(service, values={}, host_name=host_name)
    other = plan(service, cloud="two", values={}, host_name=host_name)
    assert (usual.cloud, [one.host for one in usual.questions]) == (
        "one",
        ["a.example", "c.example"],
    )
    assert [one.host for one in other.questions] == ["b.example", "c.example"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"features": ["x"]},
            "--feature 'x': example-sync has no such feature; expected sync or agent",
        ),
        ({"cloud": "x"}, "--cloud 'x': example-sync has one cloud only"),
        ({"values": {"x": "1"}}, "--set 'x': example-sync has no such variable; it has none"),
    ],
)
def test_what_is_not_there_is_refused(options: dict[str, object], said: str) -> None:
    """A feature, cloud or variable that the pack does not have is named, with those that it has."""
    with pytest.raises(UsageError) as caught:
        planned(endpoint("a.example"), **options)
    assert str(caught.value) == said


@pytest.mark.parametrize("value", ["a b", "-", "x/y", "a..", "\x1b[2J"])
def test_a_value_that_makes_no_host(value: str) -> None:
    """A variable can make nothing but a host name."""
    with pytest.raises(UsageError, match=r"--set tenant="):
        plan(
            pack(endpoint("{tenant}.a.example"), variables=TENANT),
            values={"tenant": value},
            host_name=host_name,
        )
