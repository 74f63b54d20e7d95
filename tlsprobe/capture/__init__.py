"""Captures: files -> packets -> segments -> conversations. The only package that reads them.

Data flows one way. `source` gives bytes and `unpacking` those of compressed files; `containers` finds the
packets of a window in them (`pcap`, `pcapng`) as a `batch`; `headers` reads their headers in bulk, and
what it does not know goes packet by packet through `packets` (`links`, `wireless`, `internet`, `tunnels`,
`fragments`). `flows` keeps the connections apart, `reassembly` puts the bytes of each direction in
order, a `connection` finds where TLS begins in them (`hello_search`, `preludes`) and reads it, and
`conversations` says where each session stood. Nothing is held that a later packet could not need.
"""
