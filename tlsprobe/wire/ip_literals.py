"""Is it an address? server_name must not hold one (RFC 6066), and certificates match one otherwise."""

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
