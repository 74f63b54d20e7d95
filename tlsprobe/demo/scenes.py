"""The scenes of the demo: who answers, what the asker knows, and which verdict is right."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.crypto.key_share import Entropy
from tlsprobe.demo.authority import Credential, Mint
from tlsprobe.demo.servers import (
    minting_context,
    resetting_server,
    silent_server,
    tls_context,
    tls_server,
)
from tlsprobe.model.reference import Expectation
from tlsprobe.model.verdict import Conclusion

CLOUD = "login.microsoftonline.com"
"""The shipped reference knows that public CAs sign for it: that makes a private chain proof."""
PINNED = "pinned.example"
"""A name whose owner's CA keys and pins are known."""
ORIGIN = "demo"

Start = Callable[[], AbstractAsyncContextManager[int]]


class Scene(Struct, frozen=True, kw_only=True):
    """One endpoint of the demo."""

    title: str
    host: str
    expected: Conclusion
    start: Start
    """Starts what answers, and gives its port."""


class Cast(Struct, frozen=True, kw_only=True):
    """All scenes, and what the asker knows beforehand."""

    scenes: tuple[Scene, ...]
    public: TrustStore
    """CAs that count as public here, beside the real ones."""
    machine: TrustStore
    """The machine's own store: the public roots, and the CA that an administrator added."""
    expectations: tuple[Expectation, ...]


def cast(folder: Path, now: datetime, entropy: Entropy) -> Cast:
    """Make every certificate and every scene; `folder` takes the files that TLS servers need."""
    mint = Mint(now, entropy)
    root = mint.root("Demo Public Root", "Demo Trust Services")
    issuing = mint.intermediate(root, "Demo Cloud Issuing CA 01", "Demo Trust Services")
    other_root = mint.root("Other Public Root", "Other Trust Services")
    proxy = mint.root("Corporate Proxy CA", "Demo Corporation")
    copied = mint.root("Demo Public Root", "Demo Trust Services")
    retired = mint.intermediate(root, "Demo Cloud Issuing CA 00", "Demo Trust Services")

    def origin(host: str, *, under: Credential = issuing, alone: bool = False) -> Start:
        above = [] if alone or under is not issuing else [issuing]
        context = tls_context(folder, mint.leaf(under, host), above)
        return lambda: tls_server(context)

    def box(authority: Credential) -> Start:
        context = minting_context(folder, mint, authority)
        return lambda: tls_server(context)

    scenes = (
        Scene(title="the origin itself", host=CLOUD, expected=Conclusion.DIRECT,
              start=origin(CLOUD)),
        Scene(title="a proxy that re-signs", host=CLOUD, expected=Conclusion.INSPECTED,
              start=box(proxy)),
        Scene(title="the same under a public CA's name", host=CLOUD,
              expected=Conclusion.INSPECTED, start=box(copied)),
        Scene(title="a gateway with another public certificate", host=PINNED,
              expected=Conclusion.TERMINATED, start=origin(PINNED, under=other_root)),
        Scene(title="the origin, its pinned keys rotated", host=PINNED,
              expected=Conclusion.PIN_BROKEN, start=origin(PINNED)),
        Scene(title="the origin without its intermediate", host=CLOUD,
              expected=Conclusion.FAULTY, start=origin(CLOUD, alone=True)),
        Scene(title="a box that says nothing", host=CLOUD, expected=Conclusion.BLOCKED,
              start=silent_server),
        Scene(title="a box that resets", host=CLOUD, expected=Conclusion.BLOCKED,
              start=resetting_server),
    )  # fmt: skip
    return Cast(
        scenes=scenes,
        public=_store("public CAs of the demo", roots=(root, other_root), below=(issuing,)),
        machine=_store("this machine's store", roots=(root, other_root, proxy), below=()),
        expectations=(
            # CAs of the demo's own sign for it here.
            Expectation(names=(CLOUD,), owner="Microsoft", as_of=now.date(), origin=ORIGIN),
            Expectation(
                names=(PINNED,),
                owner="the demo's owner",
                ca_keys=frozenset((issuing.facts.spki_sha256, retired.facts.spki_sha256)),
                pins=frozenset((retired.facts.spki_sha256,)),
                as_of=now.date(),
                origin=ORIGIN,
            ),
        ),
    )


def _store(
    name: str, *, roots: tuple[Credential, ...], below: tuple[Credential, ...]
) -> TrustStore:
    return TrustStore(
        name=name,
        origin=ORIGIN,
        cas=tuple(
            KnownCA.of(one.facts, root=one in roots, origin=ORIGIN) for one in (*roots, *below)
        ),
    )
