"""The captures of `fixtures/captures`, and what to say for their owner to be known."""

from tests.cli.running import ROOT

CAPTURES = ROOT / "fixtures" / "captures"
CHAINS = ROOT / "fixtures" / "chains"
KNOWN = (
    "--ca-file", CHAINS / "stores" / "public.pem", "--reference", CAPTURES / "reference.toml",
)  # fmt: skip
"""What makes the owner of the fixtures known."""
HONEST, MINTED, TLS13 = (CAPTURES / name for name in ("honest.pcap", "minted.pcap", "tls13.pcap"))
EVERY = sorted(CAPTURES.glob("*.pcap*"))
