"""The command line: arguments in, reports out, an exit code.

    main.py           the program; a command registers itself there, one line each
    options.py        options that several commands share, the same word everywhere
    targets.py        what a target may look like
    target_lists.py   targets from files and stdin, as they come
    reference.py      options -> what observations are held against
    presenting.py     how reports are shown: JSON Lines, full reports, a table
    console.py        streams, colour and exit codes, and nobody else knows these
    look.py           how text looks where it goes: width, colour, character set
    analysing.py      what `pcap` does: capture_files.py (which), wanted.py (which sessions),
                      one_capture.py (one of them), workers.py (several at a time)
    session_presenting.py  extracting.py   how sessions are shown, and their chains written
    route_showing.py  what `routes` does
    probe.py  pcap.py  routes.py  checks.py  schema.py   the commands

Nothing heavy is imported before a command runs: `tlsprobe --help` is for people who wait for it.
"""
