"""The sockets: names resolved, hellos sent, answers recorded, and a second opinion asked for.

    resolve ──> Dial.connect ──> Recording ──> exchange         our hello, as far as the proof
                (tcp, proxy)               └─> second_opinion   OpenSSL's handshake, to its end

Nothing here raises for what a network does: every trouble is a `model.observation.Failure`, worded
in `failures` (what the system says) and `diagnosis` (what the peer's bytes say). What comes out of
both ways is an `Exchange`, whose transcript reads again to the same handshake.

What may never come back, a PAC script (`pac`) or a costly expression (`patterns`), is asked in a process
of its own (`own_process`) that a deadline ends.
"""
