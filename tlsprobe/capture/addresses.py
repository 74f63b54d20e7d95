"""Addresses as numbers that fit into a column, and back."""

FIRST_IPV6 = 1 << 32
"""An IPv4 address is its own number; IPv6 addresses are numbered from here on as they are met."""
MAX_ADDRESSES = 1 << 17
"""IPv6 addresses in a generation: of two, the elder is forgotten as a whole."""


class Addresses:
    """Numbers of IPv6 addresses. Those in use are kept, however many pass by."""

    def __init__(self) -> None:
        self._next = FIRST_IPV6
        self._numbers: dict[bytes, int] = {}
        self._texts: dict[int, bytes] = {}
        self._elder: tuple[dict[bytes, int], dict[int, bytes]] = ({}, {})

    def number(self, address: bytes) -> int:
        """The number of an address of 4 or 16 bytes."""
        if len(address) == 4:
            return int.from_bytes(address)
        number = self._numbers.get(address)
        if number is None:
            number = self._elder[0].get(address)
            if number is None:
                number, self._next = self._next, self._next + 1
            self._keep(address, number)
        return number

    def address(self, number: int) -> bytes:
        """The address of a number; the unspecified one where it was forgotten."""
        if number < FIRST_IPV6:
            return number.to_bytes(4)
        return self._texts.get(number) or self._elder[1].get(number, bytes(16))

    def _keep(self, address: bytes, number: int) -> None:
        if len(self._numbers) >= MAX_ADDRESSES:
            self._elder = self._numbers, self._texts
            self._numbers, self._texts = {}, {}
        self._numbers[address] = number
        self._texts[number] = address
