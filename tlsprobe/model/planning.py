"""From a pack to questions: features, cloud and variables chosen, each host and port once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from tlsprobe.errors import UsageError
from tlsprobe.model.pack import PLACEHOLDER, Endpoint, Feature, Pack, Protocol
from tlsprobe.model.survey import NotAsked, Plan, Question


def plan(
    pack: Pack,
    *,
    features: Sequence[str] = (),
    cloud: str | None = None,
    values: Mapping[str, str],
    host_name: Callable[[str], str],
) -> Plan:
    """What is asked of the features that are named, or of all that are in use everywhere.

    `host_name` brings a host to the spelling that it is looked up by, and raises ValueError for none.

    Raises:
        UsageError: the pack has no such feature, cloud or variable, or a value makes no host name.
    """
    chosen = _features(pack, features)
    where = _cloud(pack, cloud)
    _check_variables(pack, values)
    names = frozenset(one.name for one in chosen)
    wanted = [
        replace(one, features=tuple(name for name in one.features if name in names))
        for one in pack.endpoints
        if names.intersection(one.features) and (not one.clouds or where in one.clouds)
    ]
    asked: dict[tuple[str, int, Protocol], list[Endpoint]] = {}
    not_asked: list[NotAsked] = []
    for endpoint in wanted:
        hosts, reasons = _hosts(endpoint, values, host_name)
        for host in hosts:
            asked.setdefault((host, endpoint.port, endpoint.protocol), []).append(endpoint)
        not_asked += [NotAsked(endpoint=endpoint, reason=reason) for reason in reasons]
    return Plan(
        pack=pack,
        features=chosen,
        cloud=where,
        values=dict(values),
        questions=tuple(
            Question(host=host, port=port, protocol=protocol, endpoints=tuple(endpoints))
            for (host, port, protocol), endpoints in asked.items()
        ),
        not_asked=tuple(not_asked),
    )


def _features(pack: Pack, names: Sequence[str]) -> tuple[Feature, ...]:
    known = [one.name for one in pack.features]
    for name in names:
        if name not in known:
            raise UsageError(
                f"--feature {name!a}: {pack.name} has no such feature; expected {_either(known)}"
            )
    if names:
        return tuple(one for one in pack.features if one.name in names)
    return tuple(one for one in pack.features if not one.condition)


def _cloud(pack: Pack, cloud: str | None) -> str | None:
    if cloud is None:
        return pack.clouds[0] if pack.clouds else None
    if not pack.clouds:
        raise UsageError(f"--cloud {cloud!a}: {pack.name} has one cloud only")
    if cloud not in pack.clouds:
        raise UsageError(
            f"--cloud {cloud!a}: {pack.name} has no such cloud; expected {_either(pack.clouds)}"
        )
    return cloud


def _check_variables(pack: Pack, values: Mapping[str, str]) -> None:
    known = [one.name for one in pack.variables]
    for name in values:
        if name not in known:
            expected = f"expected {_either(known)}" if known else "it has none"
            raise UsageError(f"--set {name!a}: {pack.name} has no such variable; {expected}")


def _hosts(
    endpoint: Endpoint, values: Mapping[str, str], host_name: Callable[[str], str]
) -> tuple[list[str], list[str]]:
    """The hosts to ask for an entry, and why there is none, or none of some."""
    templates = endpoint.examples if endpoint.wildcard else (endpoint.host,)
    hosts: list[str] = []
    lacking: dict[str, None] = {}
    for template in templates:
        missing = [name for name in PLACEHOLDER.findall(template) if name not in values]
        lacking.update(dict.fromkeys(missing))
        if not missing:
            hosts.append(_filled(template, values, host_name))
    if not templates:
        return [], ["only the wildcard is documented, and no host below it is known"]
    # An example that lacks a variable costs nothing where another one stands for the same wildcard.
    return hosts, [] if hosts else list(_reasons(lacking))


def _reasons(lacking: Iterable[str]) -> Iterator[str]:
    yield f"needs {' and '.join(f'--set {name}=...' for name in lacking)}"


def _filled(template: str, values: Mapping[str, str], host_name: Callable[[str], str]) -> str:
    filled = PLACEHOLDER.sub(lambda match: values[match[1]], template)
    try:
        return host_name(filled)
    except ValueError as error:
        given = ", ".join(
            f"--set {name}={values[name]!a}"
            for name in dict.fromkeys(PLACEHOLDER.findall(template))
        )
        raise UsageError(f"{given}: makes {filled!a} of {template}: {error}") from None


def _either(names: Sequence[str]) -> str:
    return " or ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
