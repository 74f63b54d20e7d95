"""Other looks at the endpoint in rows: what a library, another name or an earlier day showed."""

from collections.abc import Iterator

from tlsprobe.model.observation import Observation, Opinion, SourceKind, Stage
from tlsprobe.model.other_names import made_for_its_name
from tlsprobe.model.other_routes import way
from tlsprobe.report import certificates
from tlsprobe.report.labelled import MAX_LIST, MAX_NAME, MAX_TEXT, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened


def rows(look: Observation, observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """What another look came to, or what a library thought where its own is the one reported."""
    if look is observation and look.opinion is None:
        return
    label = "another look" if look.opinion is None else "second opinion"
    who = f"hello {look.profile}" if look.opinion is None else look.opinion.library
    if look.source is SourceKind.BASELINE:
        label, who = "baseline", f"hello {look.profile} on {look.taken.date().isoformat()}"
    if look.source is SourceKind.OTHER_ROUTE:
        label, who = "other route", f"asked {way(look)} it"
    if look.source in (SourceKind.OTHER_NAME, SourceKind.OTHER_OWNER):
        yield from _other_name(look, observation, verbose=verbose)
        return
    if look.source is SourceKind.OTHER_HELLO and not (verbose or _tells(look, observation)):
        return
    if look.source is SourceKind.NOWHERE:
        where = f"{look.target.address}, where nobody is,"
        gave = _default(look, observation) if look.chain else (Span("shows no certificate"),)
        if look.failure is not None and look.failure.stage is not Stage.TLS:
            gave = (Span("gives no answer, as it should"),)
        yield labelled("nobody's", f"{where} ", *gave)
        return
    if look.failure is not None and not look.chain:
        yield labelled(label, f"{who} came to no handshake: {look.failure.detail}")
        return
    seen = () if look is observation else _compared(look, observation)
    thoughts = () if look.opinion is None else _thoughts(look.opinion)
    yield labelled(label, f"{who} {'; '.join((*seen, *thoughts))}", limit=MAX_LIST)
    if verbose and look.chain != observation.chain:
        yield from certificates.rows(look.chain, verbose=True, label="its chain")


def _tells(look: Observation, observation: Observation) -> bool:
    """Whether another hello brought something else than the first one did."""
    return look.chain[:1] != observation.chain[:1]


def _other_name(look: Observation, observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """What the address answered to a name that is not its owner's, or to none."""
    others = look.source is SourceKind.OTHER_OWNER
    whose = "which is another owner's," if others else "which nobody has,"
    asked = "no name" if look.target.sni is None else f"{look.target.sni}, {whose}"
    if look.failure is not None and not look.chain:
        yield labelled("other names", f"asked for {asked} it gave nothing: {look.failure.detail}")
        return
    made = made_for_its_name(look)
    seen = _default(look, observation)
    if made and not others:
        seen = (Span("a certificate MADE FOR IT", Tone.BAD),)
    elif made and look.chain[:1] != observation.chain[:1]:
        # His own, if he is served here too: what it is worth, the reasons say.
        by = shortened(certificates.issuer(look.chain[0]), MAX_NAME)
        seen = (Span(f"a certificate for it, issued by {by}"),)
    yield labelled("other names", f"asked for {asked} it gave ", *seen)
    if verbose and look.chain != observation.chain:
        yield from certificates.rows(look.chain, verbose=True, label="its chain")


def _default(look: Observation, observation: Observation) -> tuple[Span, ...]:
    if look.chain[:1] == observation.chain[:1]:
        return (Span("the same leaf", Tone.PLAIN),)
    who = shortened(look.chain[0].subject if look.chain else "", MAX_NAME)
    by = shortened(certificates.issuer(look.chain[0]), MAX_NAME)
    return (Span(f"another leaf, of {who or 'no name'}, issued by {by}", Tone.PLAIN),)


def _compared(look: Observation, observation: Observation) -> Iterator[str]:
    if look.chain == observation.chain:
        yield "saw the same chain"
    elif look.chain[:1] == observation.chain[:1]:
        yield "saw the same leaf with other certificates behind it"
    elif look.chain:
        yield f"saw ANOTHER leaf, issued by {shortened(certificates.issuer(look.chain[0]), MAX_NAME)}"
    else:
        yield "saw no chain"


def _thoughts(opinion: Opinion) -> Iterator[str]:
    finished = "finished its handshake" if opinion.completed else "did not finish its handshake"
    yield f"{finished} ({_cut(opinion.detail)})" if opinion.detail else finished
    if not opinion.chain_sha256:
        return
    public, machine = _cut(opinion.public_error), _cut(opinion.machine_error)
    if public is None:
        yield "accepts it against the public roots"
    elif public == machine:
        yield f"refuses it against the public roots and this machine's store: {public}"
        return
    else:
        yield f"refuses it against the public roots: {public}"
    if machine is not None:
        yield f"refuses it against this machine's store: {machine}"


def _cut(text: str | None) -> str | None:
    return None if text is None else shortened(text, MAX_TEXT)
