"""What is sent: ClientHellos, described, crafted, stamped, answered and named by fingerprint.

    spec ──craft (scapy, once)──> record ──Template.parse──> Template ──stamp──> CraftedHello
    capture ──craft.hello_of_capture──^                                  retry.answer ──^

A profile is a `ClientHelloSpec` of `profiles`; its ready-made record lies in `templates`, so that
sending a hello never needs scapy. `Template.stamp` makes a hello of one connection: fresh random,
session id and key shares, the wanted server name, all else as it was.
"""
