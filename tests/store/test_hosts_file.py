"""The hosts file."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tlsprobe.store import hosts_file as module
from tlsprobe.store.hosts_file import HostsFile, hosts_file

TEXT = b"""127.0.0.1 localhost
# 192.0.2.1 sync.cloud.example
10.0.0.4\tSync.Cloud.Example  sync   # the new one
fe80::1%lo0 sync.cloud.example
nonsense sync.cloud.example
10.0.0.5 www.sync.cloud.example sync.cloud.example.org

\xff\xfe sync.cloud.example
sync.cloud.example
"""


def test_addresses(tmp_path):
    """Every line that has the name among others counts; comments and nonsense do not."""
    file = tmp_path / "hosts"
    file.write_bytes(TEXT)
    assert HostsFile(file).addresses_of("sync.cloud.example.") == ("10.0.0.4", "fe80::1%lo0")
    assert HostsFile(file).addresses_of("SYNC") == ("10.0.0.4",)
    assert HostsFile(file).addresses_of("cloud.example") == ()


def test_it_is_read_once(tmp_path):
    """What one run is told of two names is of one state of the file."""
    file = tmp_path / "hosts"
    file.write_bytes(TEXT)
    hosts = HostsFile(file)
    assert hosts.addresses_of("localhost") == ("127.0.0.1",)
    file.write_bytes(b"")
    assert hosts.addresses_of("sync") == ("10.0.0.4",)


def test_no_file(tmp_path):
    """Where it is missing, or is none, it says nothing."""
    assert HostsFile(tmp_path / "missing").addresses_of("localhost") == ()
    assert HostsFile(tmp_path).addresses_of("localhost") == ()


def test_no_more_is_read_than_has_a_use(tmp_path, monkeypatch):
    """A monster is read as far as lists go."""
    monkeypatch.setattr(module, "LARGEST", 20)
    file = tmp_path / "hosts"
    file.write_bytes(b"10.0.0.4 one.example\n10.0.0.5 two.example\n")
    assert HostsFile(file).addresses_of("two.example") == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=60))
def test_no_bytes_raise(tmp_path, data):
    """Whatever stands in it, it has addresses or none."""
    file = tmp_path / "hosts"
    file.write_bytes(data + b" example.org\n")
    assert isinstance(HostsFile(file).addresses_of("example.org"), tuple)


def test_where_it_is(monkeypatch):
    """Every system has one in its place."""
    monkeypatch.setattr(sys, "platform", "linux")
    assert hosts_file() == Path("/etc/hosts")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SYSTEMROOT", r"D:\Win")
    assert hosts_file().parts[0] == r"D:\Win"
