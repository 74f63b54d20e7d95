"""What a lookup that fails does to clients, and what to do about it, in the words of reports.

Facts as of November 2026. wincrypt.h has 15,000 ms for an address and 20,000 ms for all of a chain as
CryptoAPI's defaults; Microsoft documents for WinHTTP that WINHTTP_ENABLE_SSL_REVOCATION
asks, and that WINHTTP_OPTION_IGNORE_CERT_REVOCATION_OFFLINE is what lets a connection pass whose
status could not be learned; for .NET that nothing is asked unless CheckCertificateRevocationList or
X509RevocationMode says so. curl asks wherever it uses Schannel, unless --ssl-revoke-best-effort.
"""

from collections.abc import Mapping

INSISTING = "revocation-checking-clients"
"""The word of the JSON for who fails, see `finding.breaks`."""

EFFECTS: Mapping[str, str] = {
    "refused_by": "clients that insist on an answer: .NET with CheckCertificateRevocationList or"
    ' X509RevocationMode.Online (RevocationStatusUnknown, "could not establish trust relationship"),'
    " WinHTTP with WINHTTP_ENABLE_SSL_REVOCATION, curl on Windows (CRYPT_E_REVOCATION_OFFLINE,"
    " 0x80092013)",
    "delays": "clients that ask and do without an answer, such as WinINET: where packets are dropped,"
    " Windows waits 15 s for an address and 20 s for a chain unless set otherwise",
    "spares": "clients that never ask: .NET by default, OpenSSL",
    "remedy": "let these addresses through on port 80, without a login and for service accounts too;"
    " turning revocation checks off is none: then every client accepts what was revoked",
}
"""By whom it is felt, each fact short enough for a report."""
