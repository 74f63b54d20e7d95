"""Patterns with ``*`` and ``?``, as exceptions from proxies are written and PAC scripts match."""


def fits(pattern: str, text: str) -> bool:
    """Whether all of `text` fits: ``*`` stands for any characters or none, ``?`` for one.

    Takes at most the product of both lengths, whatever the pattern: on a mismatch only the last ``*``
    may take one more, as an earlier one could not make up for it.
    """
    at = place = 0
    star = resume = -1
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", text[place]}:
            at += 1
            place += 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return pattern[at:].strip("*") == ""
