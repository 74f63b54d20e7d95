"""Why the lab cannot be built where this runs."""

import os
import shutil
import sys

from tests.lab.interceptors import CERTIFICATE_MAKER, MITMDUMP
from tests.lab.laboratory import COMMAND
from tests.lab.network import Network
from tests.lab.proxies import BASIC_HELPER, NTLM_HELPER

_TOOLS = {
    "ip": "iproute2",
    "iptables": "iptables",
    "nginx": "nginx-light",
    "squid": "squid-openssl",
    str(CERTIFICATE_MAKER): "squid-openssl",
    "sslsplit": "sslsplit",
    "haproxy": "haproxy",
    "stunnel4": "stunnel4",
    "dumpcap": "tshark",
    "danted": "dante-server",
    str(BASIC_HELPER): "squid-openssl",
    str(NTLM_HELPER): "squid-openssl",
    "dnsmasq": "dnsmasq-base",
    str(MITMDUMP): "mitmproxy",
}

# `su` without `-` leaves root without the folders where Debian puts what root needs.
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
"""Where the lab's programs are found."""


def obstacle() -> str | None:
    """Why the lab cannot be built here; None if it can."""
    if sys.platform != "linux":
        return f"network namespaces are a thing of Linux, this is {sys.platform}"
    if os.geteuid() != 0:
        return "building network namespaces needs root"
    missing = [
        f"{tool} ({package})"
        for tool, package in _TOOLS.items()
        if not shutil.which(tool, path=PATH)
    ]
    if missing:
        return f"not installed: {', '.join(missing)}; `make lab` installs it on Debian"
    if not COMMAND.exists():
        return f"the command under test is not installed: {COMMAND}"
    # Root in a container may still not be allowed to.
    return Network.of_this_process().obstacle()
