"""Captures: files -> packets -> segments -> conversations. The only package that reads them.

Data flows one way: `source` gives bytes, `containers` finds the packets of a window in them (`batch`),
`headers` reads their headers in bulk (`packets` takes what that does not know), `flows` keeps
the connections apart, `reassembly` puts the bytes of each direction in order, and `conversations`
reads the TLS in them. Nothing is held that a later packet could not need.
"""
