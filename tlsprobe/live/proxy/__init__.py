"""Through proxies: CONNECT and SOCKS, with logins, and what proxies answer kept as evidence.

    ProxyDial ──> inner dial ──> (TLS to the proxy) ──> http | socks ──> Tunnel
              └─> the same for a URL of plain HTTP ──> http           ──> Forwarded
                                                        login: Basic, NTLM, Negotiate

A proxy is a peer like others: its bytes are bounded, and whatever it does is a `Failure`. A login
goes to the proxy alone. What the proxy sends back is searched for it before it is kept.
"""
