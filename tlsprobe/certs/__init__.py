"""Certificates: DER to facts, chains to paths, names, timestamps and stapled statuses.

Certificates come from strangers, so nothing here raises for what they hold. `der` walks the bytes
without believing them; `certificate` tells facts, each guarded on its own, and `faults` for what
it could not read; `cut_certificate` the facts of one that loss has cut. Keys and signatures alone
are left to `cryptography` (`signatures`). `chain` then asks the one question that counts: under
which *key*, known to a `trust.TrustStore`, does the leaf's signature verify? Names select
candidates and label the answer; they never decide it.
"""
