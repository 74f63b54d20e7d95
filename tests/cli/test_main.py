import json
import subprocess
import sys

from tests.cli.running import ENVIRONMENT, ROOT, tlsprobe
from tlsprobe._version import __version__
from tlsprobe.cli import options
from tlsprobe.hello import profiles, templates

HEAVY = {
    "asyncio",
    "cryptography",
    "msgspec",
    "numpy",
    "OpenSSL",
    "rich",
    "scapy",
    "service_identity",
    "ssl",
}


def imported_by(*arguments):
    """Modules that are there when the program has run on these arguments."""
    script = (
        "import sys; from tlsprobe.cli.main import main; code = main();"
        " print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        check=True,
        timeout=60,
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    return set(done.stderr.decode().split())


def test_help_lists_the_commands():
    """`--help` lists every command with a line of its own, and exits with 0."""
    code, out, err = tlsprobe("--help")
    assert (code, err) == (0, "")
    assert {"probe", "pcap", "checks", "schema", "reference"} <= {
        line.split()[0] for line in out.splitlines() if line.strip()
    }


def test_help_imports_nothing_heavy():
    """Help is there at once: nothing that a probe needs is imported for it."""
    commands = (["probe"], ["pcap"], ["reference", "show"], ["reference", "update"])
    for arguments in (["--help"], *([*command, "--help"] for command in commands)):
        assert not HEAVY & imported_by(*arguments)


def test_probe_does_not_import_scapy(server):
    """A probe gets along without scapy and what reads captures, and piped text without rich."""
    assert not {"scapy", "numpy", "rich"} & imported_by("probe", server.target)


def test_captures_do_not_import_scapy():
    """Captures of the common kinds are read without scapy, and nobody asks OpenSSL anything."""
    capture = str(ROOT / "fixtures" / "captures" / "honest.pcap")
    assert not {"scapy", "OpenSSL", "rich"} & imported_by("pcap", "--json", capture)


def test_version():
    """`--version` prints name and version."""
    assert tlsprobe("--version") == (0, f"tlsprobe {__version__}\n", "")


def test_no_command():
    """Without a command the help goes to stderr, and the exit code says wrong usage."""
    code, out, err = tlsprobe()
    assert (code, out) == (2, "")
    assert "Commands:" in err


def test_checks_are_listed():
    """`checks` prints of every check its id, what it needs, what it cites, and its text."""
    code, out, err = tlsprobe("checks")
    assert (code, err) == (0, "")
    block = next(one for one in out.split("\n\n") if one.startswith("no-pinned-key-presented\n"))
    assert "needs   a certificate chain; pins for this host" in block
    assert "cites   RFC 7469" in block
    assert "None of the pinned keys" in block


def test_checks_as_json():
    """`checks --json` lists the same checks, one record a line."""
    lines = tlsprobe("checks", "--json")[1].splitlines()
    blocks = tlsprobe("checks")[1].split("\n\n")
    ids = [json.loads(line)["check"] for line in lines]
    assert ids == [block.splitlines()[0] for block in blocks if block.strip()]


def test_help_names_the_hellos():
    """The help of `--hello` names every profile, and the default is the library's."""
    assert templates.names() == options.PROFILES
    assert options.PROFILES[0] == profiles.DEFAULT
    shown = " ".join(tlsprobe("probe", "--help")[1].split())
    assert f"{', '.join(templates.names())}, or FILE#FRAME" in shown
    assert "[default: probe]" in shown


def test_help_says_what_a_timeout_is_of():
    """The help of `--timeout` does not promise that an endpoint takes no longer."""
    shown = " ".join(tlsprobe("probe", "--help")[1].split())
    assert "For each connection, of which an endpoint may take several: a third to connect" in shown
