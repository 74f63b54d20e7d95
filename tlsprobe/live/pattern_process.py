"""The process in which costly expressions are tried: a question on stdin, a line of JSON as answer."""

import json
import re
import sys
import warnings


def main() -> None:
    """Answer which expressions fit a part of which texts, in any case."""
    question = json.loads(sys.stdin.buffer.read())
    warnings.simplefilter("ignore")
    patterns = [re.compile(one, re.IGNORECASE) for one in question["patterns"]]
    found = [
        (number, place)
        for number, pattern in enumerate(patterns)
        for place, text in enumerate(question["texts"])
        if pattern.search(text)
    ]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
