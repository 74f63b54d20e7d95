"""A whole service at one address: every name that a pack asks, over TLS and over plain HTTP.

The names that are origins already stay where they are.
"""

import contextlib
from collections.abc import Generator, Iterable

from tests.lab.authorities import write_pem
from tests.lab.laboratory import Laboratory
from tests.lab.network import SERVER_LINK, ipv4
from tests.lab.programs import running
from tests.lab.servers import ORIGINS

HOST = 90
"""The last number of its address."""
ADDRESS = ipv4(SERVER_LINK, HOST)


@contextlib.contextmanager
def standing(lab: Laboratory, names: Iterable[str]) -> Generator[None]:
    """Serve these names in the lab, and let everybody there find them."""
    origins = {origin.name: origin.address for origin in ORIGINS}
    served = sorted(set(names) - origins.keys())
    lab.network.add_server_addresses([HOST])
    home = lab.folder / "service"
    home.mkdir()
    for name in served:
        leaf = lab.chain.leaf(name, rsa_key=False)
        write_pem(home / f"{name}.key", leaf.key_pem)
        write_pem(home / f"{name}.pem", leaf.certificate_pem, lab.chain.issuing.certificate_pem)
    configuration = home / "nginx.conf"
    configuration.write_text(_configuration(served, home))
    with contextlib.ExitStack() as standing:
        for place in lab.network.places:
            standing.enter_context(place.knowing(origins | dict.fromkeys(served, ADDRESS)))
        standing.enter_context(
            running(
                ["nginx", "-e", "stderr", "-p", home, "-c", configuration],
                place=lab.network.server,
                port=80,  # where the origins do not listen
                log=home / "nginx.log",
            )
        )
        yield


def _configuration(names: Iterable[str], home: object) -> str:
    servers = "\n".join(
        f"""
            server {{
                listen {ADDRESS}:443 ssl http2;
                server_name {name};
                ssl_certificate {home}/{name}.pem;
                ssl_certificate_key {home}/{name}.key;
                ssl_protocols TLSv1.2 TLSv1.3;
            }}
        """
        for name in names
    )
    return f"""
        daemon off;
        user root;
        worker_processes 1;
        pid {home}/nginx.pid;
        events {{ worker_connections 512; }}
        http {{
            access_log off;
            server_names_hash_bucket_size 128;
            client_body_temp_path {home}/body;
            proxy_temp_path {home}/proxy;
            fastcgi_temp_path {home}/fastcgi;
            scgi_temp_path {home}/scgi;
            uwsgi_temp_path {home}/uwsgi;
            server {{ listen {ADDRESS}:80; return 404; }}
            {servers}
        }}
    """
