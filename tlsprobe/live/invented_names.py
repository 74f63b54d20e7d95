"""Names that nobody has: whoever answers for one makes things up."""

from tlsprobe.crypto.key_share import Entropy

_LETTERS = "bcdfghjklmnpqrstvwxz"
"""No vowels: neither a word nor a name of somebody's comes of them."""
_SIZE = 14


def invented_name(suffix: str, entropy: Entropy) -> str:
    """A name under this public suffix that nobody has."""
    return f"{''.join(_LETTERS[byte % len(_LETTERS)] for byte in entropy(_SIZE))}.{suffix}"
