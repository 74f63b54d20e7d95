"""What the bytes of a connection say: transcript in, handshake out.

`transcript` is what was seen, `events` what the reader tells of it, `machine` the table of legal
moves, `summary` the one value that comes out, `reader` the whole, which keeps what it knows of each
direction in a `side` and of the transcript's hash in a `running_hash`; `choices` holds the
server's answer against the offer. The reader is passive in both directions, so a live probe and a
capture are read by the same code.
"""
