"""A server that says, in its random, that it would have spoken a newer version."""

from collections.abc import Iterator

from tlsprobe.checks._registry import check
from tlsprobe.handshake.choices import offered_versions
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, expectation_for
from tlsprobe.wire.codepoints import TLS_1_2, TLS_1_3, version_name


@check(ground=Ground.BEHAVIOUR, cites="RFC 8446 section 4.1.3")
def talked_down(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The server's random says that it speaks a newer version, which the client had offered.

    So the hello that reached it was not ours: somebody on the path put another in its place, and
    passes the origin's random on. Boxes that decrypt are known to (Cisco Firepower, Palo Alto
    Networks; Chrome waited for them). Strong, as a server whose settings contradict each other might
    say the same. That a server that is known to speak TLS 1.3 chooses 1.2 *without* saying so is a
    hint: who answers may be somebody else, or one of the owner's older machines.
    """
    handshake = observation.handshake
    said, chosen = handshake.downgrade_sentinel, handshake.version
    hello = handshake.client_hellos[-1:]
    if said is not None and chosen is not None and hello and said in offered_versions(hello[0]):
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG,
            summary=f"the server was talked down to {version_name(chosen)}: its random says that it"
            f" speaks {version_name(said)}, which the client had offered",
            facts={"chosen": version_name(chosen), "speaks": version_name(said)},
        )
    elif said is None and chosen == TLS_1_2 and _speaks_tls13(observation, reference):
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary="the server is known to speak TLS 1.3, and chose TLS 1.2 without saying so in its"
            " random, as it must",
        )


def _speaks_tls13(observation: Observation, reference: Reference) -> bool:
    """Whether the owner's servers were seen to, at about that time."""
    expectation = expectation_for(reference, observation.target.host)
    choices = None if expectation is None else expectation.choices
    return (
        choices is not None and TLS_1_3 in choices.versions and choices.hold_at(observation.taken)
    )
