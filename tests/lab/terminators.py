"""Programs that end TLS in `mbox` with one certificate of their own, and go on to the origin.

They are interceptors like those of `interceptors.py`, but mint nothing: what they present was made
beforehand, by a CA that may be anybody's.
"""

import contextlib
import datetime as dt
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from tests.lab.authorities import new_leaf, write_pem
from tests.lab.interceptors import Post
from tests.lab.programs import running
from tests.lab.servers import EITHER, Origin


def _identity(post: Post, origin: Origin) -> Path:
    """Key, leaf and CA in one file."""
    leaf = new_leaf(origin.name, post.authority, now=dt.datetime.now(dt.UTC))
    return write_pem(post.folder / "identity.pem", leaf.key_pem, leaf.path_pem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Haproxy:
    """HAProxy as a reverse proxy."""

    name: str = "haproxy"
    decrypts: bool = True
    origin: Origin = EITHER

    @contextlib.contextmanager
    def start(self, post: Post) -> Generator[None]:
        """Run it in the foreground."""
        configuration = post.folder / "haproxy.cfg"
        configuration.write_text(f"""
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend front
    bind 0.0.0.0:{post.port} ssl crt {_identity(post, self.origin)} alpn h2,http/1.1
    default_backend back
backend back
    server origin {self.origin.address}:443 ssl verify none sni str({self.origin.name})
""")
        with running(
            ["haproxy", "-db", "-f", configuration],
            place=post.place, port=post.port, log=post.folder / "haproxy.log",
        ):  # fmt: skip
            yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Stunnel:
    """stunnel, once as a server and once as a client."""

    name: str = "stunnel"
    decrypts: bool = True
    origin: Origin = EITHER

    @contextlib.contextmanager
    def start(self, post: Post) -> Generator[None]:
        """Run it in the foreground; what it decrypted goes over its second port."""
        configuration = post.folder / "stunnel.conf"
        configuration.write_text(f"""
foreground = yes
pid = {post.folder}/stunnel.pid
[front]
accept = 0.0.0.0:{post.port}
cert = {_identity(post, self.origin)}
connect = 127.0.0.1:{post.proxy_port}
[back]
client = yes
accept = 127.0.0.1:{post.proxy_port}
connect = {self.origin.address}:443
sni = {self.origin.name}
""")
        with running(
            ["stunnel4", configuration],
            place=post.place, port=post.port, log=post.folder / "stunnel.log",
        ):  # fmt: skip
            yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Nginx:
    """nginx as a reverse proxy."""

    name: str = "nginx"
    decrypts: bool = True
    origin: Origin = EITHER

    @contextlib.contextmanager
    def start(self, post: Post) -> Generator[None]:
        """Run it in the foreground, with all its files in its own folder."""
        folder, identity = post.folder, _identity(post, self.origin)
        configuration = folder / "nginx.conf"
        configuration.write_text(f"""
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    server {{
        listen 0.0.0.0:{post.port} ssl http2;
        ssl_certificate {identity};
        ssl_certificate_key {identity};
        location / {{ proxy_pass https://{self.origin.address}; }}
    }}
}}
""")
        with running(
            ["nginx", "-e", "stderr", "-p", folder, "-c", configuration],
            place=post.place, port=post.port, log=folder / "nginx.log",
        ):  # fmt: skip
            yield


HAPROXY = Haproxy()
STUNNEL = Stunnel()
NGINX = Nginx()

TERMINATING = (HAPROXY, STUNNEL, NGINX)
