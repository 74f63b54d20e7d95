"""The rows of fingerprints: names for what was sent and answered, by which others know it too."""

from collections.abc import Iterator

from tlsprobe.model.jarm import NO_ANSWER
from tlsprobe.model.observation import Observation
from tlsprobe.report.labelled import labelled
from tlsprobe.report.page import Row


def rows(observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """JARM where somebody asked for it, and with `verbose` those of the hello and its answer."""
    if verbose:
        prints = observation.fingerprints
        label = "fingerprints"
        for name, value in (("ja3", prints.ja3), ("ja3s", prints.ja3s), ("ja4", prints.ja4)):
            if value is not None:
                yield labelled(label, f"{name} {value}")
                label = ""
    if observation.jarm == NO_ANSWER:
        yield labelled("jarm", "none: to some or all of its hellos there was no answer")
    elif observation.jarm is not None:
        yield labelled("jarm", observation.jarm)
