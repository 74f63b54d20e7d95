"""Whether a certificate covers the host that was asked for (RFC 9525), over service-identity.

service-identity brings pyOpenSSL and all of `cryptography.x509` with it, some 60 ms of import. Most
certificates name their host to the letter or by a plain wildcard, and that is seen without it; it is
imported for all that is less simple, and only it says no.
"""

import re
from ipaddress import ip_address

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.remembering import remembered
from tlsprobe.wire.ip_literals import is_ip_literal


@remembered(4096)
def covers(certificate: Certificate, host: str) -> bool:
    """Whether the certificate is for `host`: a DNS name, or an IP address in text.

    A host that is neither is covered by nothing. The subject's common name does not count
    (RFC 9525 section 2): see `common_name_only`.
    """
    if plainly_covers(certificate.dns_names, host):
        return True
    if is_ip_literal(_bare(host)):
        wanted = ip_address(_bare(host))
        return wanted in certificate.ip_addresses
    return _matches(certificate.dns_names, host)


_PLAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
"""A host name in lower case that is no address, since its last label begins with a letter."""


def plainly_covers(names: tuple[str, ...], host: str) -> bool:
    """Whether `host` is among the names to the letter, or but for its first label, written ``*``.

    False says nothing: the name may be written in another way.
    """
    name = host.lower().removesuffix(".")
    if not host.isascii() or not _PLAIN.fullmatch(name):
        return False
    if name in names:
        return True
    label, _, rest = name.partition(".")
    # A wildcard stands for no A-label, and not above a name of one label (RFC 9525 section 6.3).
    return "." in rest and not label.startswith("xn--") and f"*.{rest}" in names


def common_name_only(certificate: Certificate, host: str) -> bool:
    """Whether nothing but the subject's common name, which clients ignore, is for `host`."""
    if covers(certificate, host):
        return False
    names = certificate.subject_common_names
    if is_ip_literal(_bare(host)):
        return _bare(host) in names
    return _matches(names, host)


def expected_names(certificate: Certificate) -> tuple[str, ...]:
    """The hosts that the certificate is for, as written in it: DNS names, then IP addresses."""
    return (*certificate.dns_names, *map(str, certificate.ip_addresses))


def _bare(host: str) -> str:
    """An address without the brackets of a URL."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _matches(patterns: tuple[str, ...], host: str) -> bool:
    """Whether one of the names, wildcards included, is for a DNS host name."""
    from service_identity import CertificateError  # noqa: PLC0415
    from service_identity.hazmat import DNS_ID, DNSPattern  # noqa: PLC0415

    try:
        # A trailing dot makes a name absolute in DNS; certificates never have it.
        wanted = DNS_ID(host.removesuffix("."))
    except ValueError:  # also what idna raises
        return False
    # A pattern that matches shares all after the first label; large owners write hundreds of names.
    tail = wanted.hostname.partition(b".")[2].decode()
    for pattern in patterns:
        if not pattern.strip().lower().endswith(tail):
            continue
        try:
            if wanted.verify(DNSPattern.from_bytes(pattern.encode())):
                return True
        except CertificateError:
            continue
    return False
