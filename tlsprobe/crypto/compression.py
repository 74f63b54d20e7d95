"""Certificate compression (RFC 8879): small in, bounded out."""
# pyright: basic
# (brotli comes without types)

import zlib

import brotli

ZLIB = 1
BROTLI = 2
# The largest chain that OpenSSL takes by default is 100 KiB; an honest one has some 5. Without a
# bound some 60 bytes of brotli would fill 16 MiB.
MAX_UNCOMPRESSED = 2**18


def decompress(algorithm: int, compressed: bytes, size: int) -> bytes | None:
    """The message, which must have exactly `size` bytes; None where it has not or is malformed."""
    if size > MAX_UNCOMPRESSED:
        return None
    try:
        data = _inflate(algorithm, compressed, size)
    except (zlib.error, brotli.error):
        return None
    return data if data is not None and len(data) == size else None


def _inflate(algorithm: int, compressed: bytes, size: int) -> bytes | None:
    if algorithm == ZLIB:
        return zlib.decompressobj().decompress(compressed, size + 1)
    if algorithm == BROTLI:
        stream = brotli.Decompressor()
        data = bytes(stream.process(compressed, output_buffer_limit=size + 1))
        # It may give less than there is room for; then it wants to be asked on.
        while len(data) <= size and not stream.is_finished():
            more = bytes(stream.process(b"", output_buffer_limit=size + 1 - len(data)))
            if not more:
                break
            data += more
        return data
    return None
