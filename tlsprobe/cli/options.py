"""Options that several commands share: the same word means the same thing everywhere."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one record an endpoint.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="One line for each endpoint and nothing else.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Every fact, and a full report for each endpoint.")
]
Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET...",
        help="HOST, HOST:PORT, [IPV6]:PORT, https://HOST, or - for a list on stdin.",
        show_default=False,
    ),
]
Lists = Annotated[
    list[Path] | None,
    typer.Option(
        "--targets",
        metavar="FILE",
        help="A list of targets, one a line; # begins a comment. Repeatable.",
        show_default=False,
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="IP",
        help="Connect there, whatever the resolver says.",
        show_default=False,
    ),
]
AllAddresses = Annotated[
    bool,
    typer.Option(
        "--all-addresses",
        help="Ask at every address of a name, not only at the first that answers.",
    ),
]
ServerName = Annotated[
    str | None,
    typer.Option(
        "--sni", metavar="NAME", help="Send this server name.", show_default="the host's name"
    ),
]
NoServerName = Annotated[bool, typer.Option("--no-sni", help="Send no server name.")]
Via = Annotated[
    str | None,
    typer.Option(
        "--via",
        metavar="URL",
        help="Go through this proxy: http://USER:PASSWORD@HOST:PORT, https, socks5 or socks4;"
        " `none` goes directly.",
        show_default="HTTPS_PROXY, ALL_PROXY and NO_PROXY of the environment",
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="What a clean place saw, as `tlsprobe baseline record` wrote it.",
        show_default=False,
    ),
]
References = Annotated[
    list[Path] | None,
    typer.Option(
        "--reference",
        metavar="FILE",
        help="Expectations of your own (TOML), over the shipped ones. Repeatable; the last one wins.",
        show_default=False,
    ),
]
NoReference = Annotated[
    bool, typer.Option("--no-reference", help="Judge without any list of expectations or products.")
]
CaFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--ca-file",
        metavar="PEM",
        help="More roots that count as public, for private clouds. Repeatable.",
        show_default=False,
    ),
]
OsStore = Annotated[
    Path | None,
    typer.Option(
        "--os-store",
        metavar="PEM",
        help="Take this file for the machine's own store.",
        show_default="the real one",
    ),
]
Pins = Annotated[
    list[str] | None,
    typer.Option(
        "--pin",
        metavar="[HOST=]sha256/BASE64",
        help="A key that must be in the chain, of one host or of all. Repeatable.",
        show_default=False,
    ),
]
PROFILES = (
    "probe", "openssl", "openssl-4", "schannel-2019", "schannel-2022", "chrome", "tls12",
)  # fmt: skip
"""The hellos that have a name, as `tlsprobe.hello.templates` has them: it is not imported for help."""
Hello = Annotated[
    str,
    typer.Option(
        "--hello",
        metavar="PROFILE",
        help=f"The hello to send: {', '.join(PROFILES)}, or FILE#FRAME for the hello of a capture.",
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="For each connection, of which an endpoint may take several: a third to connect, two"
        " thirds for the handshake, which over a slow link may have all that is left. Before that the"
        " system may take as long to look the name up.",
        show_default="15",
    ),
]
Concurrency = Annotated[
    int, typer.Option("--concurrency", metavar="N", min=1, max=4096, help="Endpoints at a time.")
]
WhenAsked = Literal["always", "doubt", "never"]
SECOND_OPINION = (
    "When a TLS library finishes a handshake of its own as well; doubt: where the first"
    " look did not say direct."
)
SecondOpinion = Annotated[
    WhenAsked | None,
    typer.Option(
        "--second-opinion",
        metavar="always|doubt|never",
        help=SECOND_OPINION,
        show_default="always for targets named here, doubt for lists",
    ),
]
OtherNames = Annotated[
    WhenAsked | None,
    typer.Option(
        "--other-names",
        metavar="always|doubt|never",
        help="When the same address is asked for a name that nobody has, for none and for an unrelated"
        " owner's: who makes a certificate for it sits on the path.",
        show_default="doubt",
    ),
]
Canaries = Annotated[
    list[str] | None,
    typer.Option(
        "--canary",
        metavar="HOST[:PORT]",
        help="A target where you run `tlsprobe serve-canary`: what arrived there is held against what"
        " was sent. Repeatable.",
        show_default=False,
    ),
]
OtherHellos = Annotated[
    WhenAsked | None,
    typer.Option(
        "--other-hellos",
        metavar="always|doubt|never",
        help="Ask by other hellos as well: a young client's and an old one's, for one kind of server"
        " key, in two segments, in two records. Where one dies, find what it is about it.",
        show_default="never",
    ),
]
Jarm = Annotated[
    bool | None,
    typer.Option(
        "--jarm/--no-jarm",
        help="Take the endpoint's JARM, by ten connections: whose answers are alike is one stack.",
        show_default="with --deep, if --connections leaves enough",
    ),
]
Connections = Annotated[
    int | None,
    typer.Option(
        "--connections",
        metavar="N",
        min=1,
        max=256,
        help="Made to one endpoint at most, whatever is asked, four at a time. What they leave no room"
        " for is left out, and listed.",
        show_default="16, and 16 more for a trace",
    ),
]
REVOCATION = (
    "Ask the OCSP responders and revocation lists that the chain names, on port 80, as clients"
    " do that insist on it; fetch an intermediate that was not sent."
)
Revocation = Annotated[
    bool | None,
    typer.Option(
        "--revocation/--no-revocation",
        help=REVOCATION,
        show_default="with --deep",
    ),
]
RESOLVERS = (
    "When each resolver of this machine is asked by itself for the name, and once for one"
    " that nobody has: who answers otherwise than the others, or makes names up, shows."
)
WhenResolvers = Annotated[
    WhenAsked | None,
    typer.Option(
        "--resolvers",
        metavar="always|doubt|never",
        help=RESOLVERS,
        show_default="never; always with --resolver",
    ),
]
MoreResolvers = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver",
        metavar="IP[:PORT]",
        help="Ask this DNS server as well. Repeatable.",
        show_default=False,
    ),
]
Deep = Annotated[
    bool,
    typer.Option(
        "--deep",
        help="Ask in every way that there is, whatever the first look said, but for a --canary and"
        " what --connections leaves no room for.",
    ),
]
MachineConfig = Annotated[
    Path | None,
    typer.Option(
        "--machine-config",
        metavar="FILE",
        help="What .NET reads its proxy from.",
        show_default="this machine's own",
    ),
]
Pac = Annotated[
    Path | None,
    typer.Option(
        "--pac",
        metavar="FILE",
        help="A PAC script to ask; also where a client's settings name one that lies elsewhere.",
        show_default=False,
    ),
]
CompareRoutes = Annotated[
    bool,
    typer.Option(
        "--compare-routes",
        help="Where a proxy is known, ask directly and through it, and compare; --deep does so too.",
    ),
]
REFERENCE_PORT = 80
MAX_HOPS = 30
"""As `tlsprobe.model.hops` has it: it is not imported for help."""
Trace = Annotated[
    bool,
    typer.Option(
        "--trace",
        help="Find the hop where TCP and TLS end as well, as `tlsprobe trace` does; --deep does so too.",
    ),
]
ReferencePort = Annotated[
    int,
    typer.Option(
        "--reference-port",
        metavar="PORT",
        min=1,
        max=65535,
        help="Another TCP port of the address, whose distance is compared; it may be closed.",
    ),
]
MaxHops = Annotated[
    int, typer.Option("--max-hops", metavar="N", min=1, max=30, help="Hops to look at.")
]
FloorMs = Annotated[
    float | None,
    typer.Option(
        "--floor-ms",
        metavar="MS",
        help="What light needs to where the endpoint is, and back: no answer of its can be sooner.",
        show_default=False,
    ),
]
RouterNames = Annotated[
    bool, typer.Option("--names", help="Ask the reverse DNS what the routers are called.")
]
