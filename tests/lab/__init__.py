"""The tests that run the installed command behind real interceptors.

`network.py` builds five network namespaces in a row, `client - r1 - mbox - r2 - server`;
`authorities.py` makes the certificates, `servers.py` runs nginx as the origin, and
`interceptors.py` runs the programs that stand in `mbox`. `captures.py` captures on both sides of
`mbox`. `laboratory.py` puts them together and
refuses to go on when an interceptor does not intercept, or an honest path is not honest.
"""
