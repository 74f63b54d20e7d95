"""Bytes <-> values of the TLS presentation language. No state, no crypto, no I/O.

`cursor` reads; `records` cuts a stream into records; `messages` and `extensions` say what a
handshake message means, `old_hello` the one in SSL 2.0's format; `codepoints` names the numbers;
`alerts` the alerts.
"""
