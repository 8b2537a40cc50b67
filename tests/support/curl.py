"""What docs/curl.md needs of curl, where curl is not installed: `-sS`, `-H` and `-d`."""

import argparse
import sys

import httpx


def main() -> None:
    """Sends one request and prints the answer's body, also a refusal's."""
    parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
    parser.add_argument("url")
    parser.add_argument("-s", action="store_true", help="no progress")
    parser.add_argument("-S", action="store_true", help="but errors")
    parser.add_argument("-H", dest="headers", metavar="HEADER", action="append", default=[])
    parser.add_argument("-d", dest="data", metavar="BODY")
    options = parser.parse_args()
    pairs = [header.partition(": ") for header in options.headers]
    headers = [(name.encode(), text.encode()) for name, _, text in pairs]
    body = None if options.data is None else options.data.replace("\n", "").encode()
    answer = httpx.request("GET" if body is None else "POST", options.url, headers=headers, content=body, timeout=30)
    sys.stdout.write(answer.text)


if __name__ == "__main__":
    main()
