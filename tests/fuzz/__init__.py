"""Bytes that nobody meant well, over everything that reads a capture.

    scripts.py   how a fuzzer's bytes become steps: packets, segments, chunks; and steps such bytes
    targets.py   what is fuzzed, each with what must hold of it whatever the bytes are: up to the
                 connections of a capture (`reading`), what they carry (`parsing`), and all the way
                 to what is said of them (`judging`)
    seeds.py     what a fuzzer begins with, made of `fixtures/captures`
    guided.py    one target under atheris, in a process of its own
    corpus/      by target: `found-...` are the cases that once broke something, `seen-...` those that
                 reach what no seed reaches; both are replayed as plain tests wherever these run

`make fuzz` runs every target for some time (`python -m tests.fuzz --help`), and keeps what is new in
`.fuzz/`; the tests run each for a fixed number of inputs.
"""
