"""`tlsprobe serve-canary` and `tlsprobe probe --canary`, as a user runs them."""

import contextlib
import json
import os
import signal
import subprocess
import sys

import jsonschema
import pytest

from tests.cli.running import ENVIRONMENT, PROGRAM, ROOT, tlsprobe
from tlsprobe.model.json_schemas import schema


@contextlib.contextmanager
def serving(*arguments):
    """The command, running; gives its process and the words of the command line that it prints."""
    running = subprocess.Popen(
        [*PROGRAM, "serve-canary", "--listen", "127.0.0.1:0", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=ROOT,
    )  # fmt: skip
    try:
        for line in running.stdout:
            if line.strip().startswith("tlsprobe probe"):
                yield running, line.split()
                return
        pytest.fail(running.stderr.read())
    finally:
        running.kill()
        running.communicate()


def test_what_it_prints_works():
    """The line that it prints, run as it is, says direct by the session and the pin."""
    with serving("--name", "localhost") as (running, (_, *command)):
        assert command[:2] == ["probe", "--canary"]
        code, out, err = tlsprobe(*command)
        assert (code, err) == (0, "")
        assert out.startswith("direct: ")
        assert "the same TLS session at both ends" in out
        assert "pins            matched" in out
        code, out, _ = tlsprobe(*command, "--json")
        record = json.loads(out)
        jsonschema.Draft202012Validator(schema()).validate(record)
        assert record["canary"]["arrival"] == "whole"
        assert record["canary"]["hellos_sent"] == record["canary"]["hellos_received"]
        # It says who asked, a line for each answer.
        assert running.stdout.readline() == "\n"
        assert record["canary"]["ja4_received"] in running.stdout.readline()


def test_by_another_name():
    """Under a name that its certificate lacks it is the right server all the same."""
    with serving("--name", "canary.example") as (_, (*_, canary, _, pin)):
        port = canary.rpartition(":")[2]
        key = pin.partition("=")[2]
        code, out, _ = tlsprobe("probe", "--canary", f"127.0.0.1:{port}", "--pin", key, "--quiet")
        assert (code, out.split()[0]) == (0, "direct")


def test_beside_targets(closed_port):
    """A canary is a target like others, asked once although it is named twice, and others are not."""
    with serving("--name", "localhost") as (_, (*_, canary, _, _)):
        other = f"127.0.0.1:{closed_port}"
        code, out, _ = tlsprobe("probe", other, canary, "--canary", canary, "--json")
        assert code == 3
        records = [json.loads(line) for line in out.splitlines()]
        assert [one["verdict"] for one in records] == ["blocked", "direct"]
        assert [one["canary"] is None for one in records] == [True, False]


def test_no_canary(server):
    """A server that is none costs a line, and the rest of the report stands."""
    code, out, _ = tlsprobe("probe", "--canary", server.target, "--ca-file", server.roots)
    assert code == 0
    assert "canary          no answer of one: " in out


@pytest.mark.skipif(sys.platform == "win32", reason="a process of Windows takes no SIGINT alone")
def test_ctrl_c():
    """Ctrl-C is the way to end it: code 0, and nothing on stderr."""
    with serving("--name", "localhost", "--quiet") as (running, _):
        os.kill(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=30)
        assert (running.returncode, err) == (0, "")


def test_own_certificate(tmp_path, authority):
    """A certificate of one's own is presented, and gives the name that is printed."""
    issued = authority.issue_cert("*.example", "localhost")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "chain.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    files = ("--cert", tmp_path / "chain.pem", "--key", tmp_path / "key.pem")
    with serving(*files) as (_, (*_, canary, _, pin)):
        assert canary.startswith("localhost:")
        code, out, _ = tlsprobe("probe", "--canary", canary, "--pin", pin, "--quiet")
        assert (code, out.split()[0]) == (0, "direct")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["serve-canary", "--listen", "443"], "--listen '443': expected ADDR:PORT"),
        (["serve-canary", "--listen", ":99999"], "--listen ':99999'"),
        (["serve-canary", "--listen", "::1:443"], "--listen '::1:443'"),
        (["serve-canary", "--listen", "example.org:443"], "--listen 'example.org:443'"),
        (["serve-canary", "--listen", "192.0.2.7:0"], "--listen '192.0.2.7:0'"),
        (["serve-canary", "--name", "a b"], "--name 'a b'"),
        (["serve-canary", "--key", "README.md"], "--cert and --key"),
        (["serve-canary", "--cert", "README.md", "--key", "README.md"], "README.md: expected"),
        (["probe", "--canary", "a b"], "--canary 'a b'"),
        (["probe", "--canary", "a:0"], "--canary 'a:0'"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(arguments, named):
    """What cannot be used is named on one line, and the code is 2."""
    code, out, err = tlsprobe(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tlsprobe: {named}")
