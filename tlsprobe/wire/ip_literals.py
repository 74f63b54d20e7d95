"""Is it an address? server_name must not hold one (RFC 6066), and certificates match one otherwise.

Beside a port it stands in brackets where it has colons (RFC 3986 section 3.2.2).
"""

from ipaddress import ip_address


def is_ip_literal(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address, without brackets; a zone may follow."""
    # Nearly all texts are host names, for which `ip_address` would build and raise an error.
    if ":" not in text and not text[-1:].isdigit():
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def join_host_port(host: str, port: int) -> str:
    """``example.com:443``, ``192.0.2.1:443``, ``[2001:db8::1]:443``."""
    return f"{bracketed(host)}:{port}"


def bracketed(host: str) -> str:
    """The host as it stands before a colon and a port."""
    return f"[{host}]" if ":" in host else host
