"""Every figure that the README gives, measured beside its peers in one run: `make bench`.

    authority.py   the certificates of the server that everything is measured against
    nginx.py       that server, on loopback, in a folder of its own
    peers.py       the other programs: how each is asked for a chain, and why one is missing
    program.py     tlsprobe, run as its users run it
    measure.py     what a child process costs
    bulk.py        CPU of an endpoint in a list of a thousand, beside the peers
    cold.py        one probe by a fresh interpreter, and what it must not import
    startup.py     how long `--help` takes
    memory.py      the peak of ten thousand targets against that of fewer
    micro.py       where the time of one endpoint goes, inside the process
    captures.py    `tlsprobe pcap` on a large capture, and whether it reaches what it should
    capture_peers.py  the programs that read captures, and why one is missing
    capture_memory.py what captures without an end take in memory
    big.py         the large captures, built from the corpus beside this repository
    streams.py     captures without an end
    scan.py        the scan for TLS connections alone
    walk.py        the least that reading a capture takes
    page.py        the tables

Nothing here asserts: figures are read by people. What must hold is tested elsewhere.
"""
