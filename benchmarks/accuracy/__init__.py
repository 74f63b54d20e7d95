"""How often `tlsprobe` is right, beside the simple rules that people use today: `make accuracy`.

    scenarios/     one file, one scenario: what stands on the path, and what it is
    scenario.py    what a scenario says, and how it is found
    workshop.py    the CAs of the bench, and chains to present: honest ones, minted ones, forged ones
    peers.py       a scenario that is played by a TLS server on loopback
    captured.py    one that is written into a capture, and one that lies in a capture of others
    laboratory.py  one that is played by real interceptors in the network namespaces of `tests/lab`
    rules.py       the simple rules, a function each
    judging.py     `tlsprobe` with and without a reference, as the command line makes it
    scoring.py     what all of it comes to
    misses.py      the misses that are known, and why
    page.py        the table, and the part of README that it stands in

How to add a scenario stands in `README.md` here.
"""
