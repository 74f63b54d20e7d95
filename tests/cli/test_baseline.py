"""`tlsprobe baseline` and `--baseline`, on real servers: recorded behind nothing, held against a box."""

import json
import os
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from tests.cli.running import tlsprobe
from tlsprobe.demo.authority import Mint
from tlsprobe.demo.scenes import CLOUD
from tlsprobe.demo.servers import minting_context, tls_context

HERE = ("--address", "127.0.0.1", "--second-opinion", "never")


class Route:
    """A port of loopback, and who answers there now."""

    def __init__(self, folder):
        """The origin answers first."""
        mint = Mint(datetime.now(UTC), os.urandom)
        root = mint.root("Demo Public Root", "Demo Trust Services")
        issuing = mint.intermediate(root, "Demo Issuing CA", "Demo Trust Services")
        other = mint.root("Other Public Root", "Other Trust Services")
        self._own = mint.root("Own Root", "Contoso")
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(root.pem + other.pem)
        box = mint.root("Corporate Proxy CA", "Demo Corporation")

        def serving(authority, *above):
            return tls_context(folder, mint.leaf(authority, CLOUD), above)

        self.origin = serving(issuing, issuing)
        self.renewed = serving(issuing, issuing)
        self.elsewhere = serving(other)
        self.private = serving(self._own, self._own)
        self.private_renewed = serving(self._own, self._own)
        self.box = minting_context(folder, mint, box)
        self.answering = self.origin
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]

    @property
    def cloud(self):
        """A name that public CAs serve."""
        return f"{CLOUD}:{self.port}"

    def serve(self):
        """Shake hands with whoever comes, and hang up."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(5)
            with suppress(OSError), self.answering.wrap_socket(connection, server_side=True) as tls:
                tls.recv(1)
            connection.close()


@pytest.fixture
def route(tmp_path):
    """A route with nobody on it."""
    one = Route(tmp_path)
    thread = threading.Thread(target=one.serve, daemon=True)
    thread.start()
    yield one
    one.listener.shutdown(socket.SHUT_RDWR)
    one.listener.close()
    thread.join(5)


@pytest.fixture
def clean(route, tmp_path):
    """What was recorded while nobody was there."""
    path = tmp_path / "clean.json"
    code, out, err = record(route, path)
    assert (code, err) == (0, ""), out
    return path


def record(route, path, *options):
    """`tlsprobe baseline record`."""
    return tlsprobe(
        "baseline", "record", route.cloud, "--to", path, "--ca-file", route.roots, *HERE, *options
    )


def diff(route, path, *options):
    """`tlsprobe baseline diff`."""
    return tlsprobe("baseline", "diff", path, "--ca-file", route.roots, *HERE, *options)


def test_nothing_changed(route, clean):
    """The same server is as it was, and that is all there is to say."""
    code, out, err = diff(route, clean, "--quiet")
    assert (code, err) == (0, "")
    assert out.split()[:2] == ["direct", route.cloud]
    assert " as on 20" in out


def test_another_stack(route, tmp_path):
    """JARM is kept where it was asked for, and another value is shown and is no alarm."""
    path = tmp_path / "clean.json"
    record(route, path, "--jarm")
    kept = json.loads(path.read_text())["endpoints"][0]["jarm"]
    assert len(kept) == 62
    code, out, _ = diff(route, path, "--jarm")
    assert (code, "JARM" in out) == (0, False)
    route.origin.maximum_version = ssl.TLSVersion.TLSv1_2
    code, out, _ = diff(route, path, "--jarm")
    assert code == 0
    assert kept in out


@pytest.mark.parametrize("how", ["renewed", "elsewhere"])
def test_what_the_owner_changed(route, clean, how):
    """A renewed leaf and another public CA are shown with how it was, and are no alarm."""
    route.answering = getattr(route, how)
    code, out, _ = diff(route, clean)
    assert (code, out.split()[0]) == (0, "direct")
    assert "leaf key" in out
    assert ("Other Public Root" in " ".join(out.split())) is (how == "elsewhere")
    code, out, _ = diff(route, clean, "--json")
    found = json.loads(out)
    assert found["schema"] == "tlsprobe.differences/1"
    changed = {one["what"] for one in found["differences"]}
    assert "leaf key" in changed
    assert ("issuer" in changed) is (how == "elsewhere")


def test_a_box_that_re_signs(route, clean):
    """Behind the box the same endpoint is inspected, and the baseline is the first reason."""
    route.answering = route.box
    code, out, _ = diff(route, clean)
    assert (code, out.split()[0]) == (5, "inspected")
    assert "Demo Issuing CA,O=Demo Trust Services ->" in out
    code, out, _ = tlsprobe(
        "probe", route.cloud, "--baseline", clean, "--ca-file", route.roots, "--json", *HERE
    )
    found = json.loads(out)
    assert (code, found["because"][0]) == (5, "baseline-differs")
    assert found["controls"][-1]["source"] == "baseline"


def test_a_private_pki(route, tmp_path):
    """An owner's own PKI, undecided by itself, is direct where a clean place was shown its CA."""
    route.answering = route.private
    path, bare = tmp_path / "own.json", ("--no-reference", *HERE)
    code, _, err = tlsprobe("baseline", "record", route.cloud, "--to", path, *bare)
    assert (code, err) == (3, "")
    route.answering = route.private_renewed
    assert tlsprobe("probe", route.cloud, "--quiet", *bare)[0] == 3
    assert tlsprobe("baseline", "diff", path, *bare)[0] == 0
    route.answering = route.box
    code, out, _ = tlsprobe("baseline", "diff", path, *bare)
    assert (code, out.split()[0]) == (5, "inspected")


def test_one_day_against_another(route, clean, tmp_path):
    """Two records are compared without asking anybody."""
    route.answering = route.renewed
    later = tmp_path / "later.json"
    assert record(route, later)[0] == 0
    route.answering = route.box
    code, out, err = diff(route, clean, "--against", later)
    assert (code, err, out.split()[0]) == (0, "", "direct")
    assert "leaf key" in out


def test_an_unclean_place(route, clean):
    """What is inspected here is not recorded, and what was there before stays."""
    before = clean.read_bytes()
    route.answering = route.box
    code, _, err = record(route, clean, "--quiet")
    assert code == 5
    assert f"{route.cloud}: is not recorded, since it is inspected here" in err
    assert "is not written" in err
    assert clean.read_bytes() == before


def test_a_failure_is_recorded_too(route, closed_port, tmp_path):
    """An endpoint that does not answer is part of what a clean place saw."""
    path = tmp_path / "clean.json"
    target = f"localhost:{closed_port}"
    assert tlsprobe("baseline", "record", target, "--to", path, "--quiet")[0] == 3
    code, out, _ = tlsprobe("baseline", "diff", path, "--json")
    assert (code, json.loads(out)["differences"]) == (3, [])
    assert json.loads(path.read_text())["endpoints"][0]["failure"]["kind"] == "refused"


def test_failures_alone_replace_nothing(clean, closed_port):
    """With the network down, what a clean place saw is not lost."""
    before = clean.read_bytes()
    target = f"localhost:{closed_port}"
    code, _, err = tlsprobe("baseline", "record", target, "--to", clean, "--quiet")
    assert code == 3
    assert "is not written" in err
    assert clean.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links and devices are other things there")
def test_what_is_no_plain_file(route, clean, tmp_path):
    """A link stays one, and nothing is put in a device's place."""
    link, device = tmp_path / "link.json", tmp_path / "device"
    link.symlink_to(clean)
    before = clean.read_bytes()
    assert record(route, link)[0] == 0
    assert link.is_symlink()
    assert clean.read_bytes() != before
    os.mkfifo(device)
    code, _, err = record(route, device)
    assert (code, "is no regular file" in err, device.is_fifo()) == (2, True, True)


def test_an_endpoint_that_is_not_in_it(route, clean):
    """A target of which the baseline knows nothing is judged without it, and that is said."""
    code, out, _ = tlsprobe(
        "baseline", "diff", clean, f"other.example:{route.port}", "--ca-file", route.roots,
        "--no-reference", *HERE,
    )  # fmt: skip
    assert code >= 3
    assert out.split()[1] == f"other.example:{route.port}"
    _, out, _ = diff(route, clean, route.cloud, "--json")
    assert json.loads(out)["then"] is not None


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["record", "localhost"], "--to"),
        (["record", "--to", "new.json"], "expected a target"),
        (["record", "localhost", "--to", "."], "is a directory"),
        (["record", "localhost", "--to", "no/where.json"], "its directory is not there"),
        (["diff"], "FILE"),
        (["diff", "missing.json"], "missing.json: cannot be read"),
        (["diff", "bad.json"], "bad.json: line 1: is no JSON"),
        (["diff", "new.json"], "schema is tlsprobe.baseline/7"),
        (["diff", "missing.json", "localhost", "--against", "bad.json"], "--against and targets"),
        (["diff", "missing.json", "--against", "bad.json"], "bad.json: line 1"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(arguments, named, tmp_path):
    """What cannot be used is named on one line, nothing is asked or written, and the code is 2."""
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "new.json").write_text('{"schema": "tlsprobe.baseline/7"}')
    code, out, err = tlsprobe("baseline", *arguments, folder=tmp_path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert named in err
    assert (tmp_path / "new.json").read_text() == '{"schema": "tlsprobe.baseline/7"}'


def test_a_bad_baseline_beside_other_commands(tmp_path):
    """`probe` and `pcap` refuse it before they ask or read anything."""
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    for command in (("probe", "localhost"), ("pcap", "-")):
        code, out, err = tlsprobe(*command, "--baseline", bad)
        assert (code, out) == (2, "")
        assert err.startswith(f"tlsprobe: {bad}: ")
