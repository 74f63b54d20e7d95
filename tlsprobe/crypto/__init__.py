"""Arithmetic of TLS: key exchange, key schedule, record protection, signatures.

Secrets and entropy come in as arguments; nothing here keeps state or touches the world.
"""
