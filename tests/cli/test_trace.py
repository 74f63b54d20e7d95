"""`tlsprobe trace`, and `probe --trace`, as a user runs them."""

import asyncio
import json
import queue
import ssl
import sys
import threading

import jsonschema
import pytest
import trustme

from tests.cli.conftest import Server
from tests.cli.running import tlsprobe

PATIENCE = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that answers many at a time, and minds no reset."""
    authority = trustme.CA()
    roots = tmp_path_factory.mktemp("roots") / "ca.pem"
    authority.cert_pem.write_to_path(roots)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    ports = queue.SimpleQueue()
    over = asyncio.Event()

    async def serving():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        listener = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
        async with listener:
            ports.put((loop, listener.sockets[0].getsockname()[1]))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serving()), daemon=True)
    thread.start()
    loop, port = ports.get(timeout=PATIENCE)
    yield Server(port=port, roots=roots)
    loop.call_soon_threadsafe(over.set)
    thread.join(PATIENCE)


async def hang_up(_reader, writer):
    """Say no more than the handshake."""
    writer.transport.abort()


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has error queues")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["trace"], "TARGET"),
        (["trace", "a b"], "target 'a b'"),
        (["trace", "host:99999"], "port '99999'"),
        (["trace", "localhost", "more"], "more"),
        (["trace", "localhost", "--address", "localhost"], "--address 'localhost'"),
        (["trace", "localhost", "--sni", "a", "--no-sni"], "--sni and --no-sni"),
        (["trace", "localhost", "--sni", "127.0.0.1"], "--sni '127.0.0.1'"),
        (["trace", "localhost", "--hello", "no-such"], "hello 'no-such'"),
        (["trace", "localhost", "--floor-ms", "0"], "--floor-ms 0.0"),
        (["trace", "localhost", "--floor-ms", "nan"], "--floor-ms nan"),
        (["trace", "localhost", "--max-hops", "31"], "--max-hops"),
        (["trace", "localhost", "--reference-port", "0"], "--reference-port"),
        (["probe", "localhost", "--floor-ms", "3"], "--trace"),
        (["probe", "localhost", "--trace", "--floor-ms", "-1"], "--floor-ms -1.0"),
        (["schema", "no-such"], "no-such"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_usage(arguments, named):
    """What cannot be used is named on one line of stderr, nothing is sent, and the code is 2."""
    code, out, err = tlsprobe(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert named in err


@linux
def test_the_picture(server):
    """A server on this machine is the first hop, and nobody stands before it."""
    code, out, err = tlsprobe("trace", server.target, "--address", "127.0.0.1")
    assert (code, err) == (0, "")
    assert out.startswith("ends-at-the-endpoint: ")
    assert "the endpoint; answers TCP" in out
    assert "\x1b" not in out


@linux
def test_ascii(server):
    """A stream that has ASCII alone gets a picture of it, without escapes."""
    code, out, _ = tlsprobe(
        "trace", "127.0.0.1:" + server.target.rpartition(":")[2],
        environment={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert code == 0
    assert out.isascii()
    assert "\\u" not in out


@linux
def test_record(server):
    """`--json` writes one line that validates against the published schema."""
    code, out, _ = tlsprobe("trace", server.target, "--address", "127.0.0.1", "--json")
    assert code == 0
    assert out.count("\n") == 1
    found = json.loads(out)
    jsonschema.Draft202012Validator(json.loads(tlsprobe("schema", "trace")[1])).validate(found)
    assert (found["schema"], found["path"]["tcp_ends_at"]) == ("tlsprobe.trace/1", 1)


def test_no_such_host():
    """A name without an address has no path, and its record says why."""
    code, out, _ = tlsprobe("trace", "no-such-host.invalid", "--json")
    found = json.loads(out)
    assert (code, found["path"], found["failure"]["stage"]) == (3, None, "dns")


@linux
def test_beside_a_probe(server):
    """`probe --trace` tells the path in the report and in the record; without it there is none."""
    arguments = ("probe", server.target, "--address", "127.0.0.1", "--ca-file", server.roots)
    code, out, _ = tlsprobe(*arguments, "--trace")
    assert code == 0
    assert "ends at hop 1" in " ".join(out.split())
    found = json.loads(tlsprobe(*arguments, "--trace", "--json")[1])
    assert (found["verdict"], found["hops"]["tcp_ends_at"]) == ("direct", 1)
    assert json.loads(tlsprobe(*arguments, "--json")[1])["hops"] is None
