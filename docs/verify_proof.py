"""Checks a proof that `ugyfelkapu audit proof ID` printed, without that project.

    python verify_proof.py PROOF.json KEY

KEY is the public key that `ugyfelkapu audit keys` printed (64 hexadecimal digits), kept by you, not taken from the
proof. Shown is that the signer of this checkpoint held this registration's chain, up to its length, to have this hash.
Needs Python 3.8 or newer and the package `cryptography`. Exit status: 0 proven, 1 not proven, 2 cannot be checked.
"""

import hashlib
import json
import sys


class NotProven(Exception):
    """Its text names the part of the proof."""


def root_from(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        raise NotProven("index: the tree has no such leaf")
    place, last, found = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for sibling in map(bytes.fromhex, path):
        if last == 0:
            raise NotProven("path: too long")
        if place % 2 or place == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        place, last = place >> 1, last >> 1
    return found.hex() if last == 0 else "path: too short"


def check_events(events, registration, length, head):
    """Each event names the hash of the one before it; the last one has the hash that is proven."""
    previous = "0" * 64
    for number, body in enumerate(events, 1):
        event = json.loads(body)
        if (event["registration_id"], event["sequence"], event["previous_hash"]) != (registration, number, previous):
            raise NotProven(f"events: number {number} does not follow the one before it")
        previous = hashlib.sha256(body.encode()).hexdigest()
    if (len(events), previous) != (length, head):
        raise NotProven("events: they do not end in the hash that is proven")


def main(file, key):
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        print("cannot be checked: the Python package `cryptography` is not installed (pip install cryptography)")
        return 2
    try:
        with open(file, encoding="utf-8") as opened:
            proof = json.load(opened)
    except (OSError, ValueError, RecursionError) as reason:
        print(f"cannot be checked: {file}: {getattr(reason, 'strerror', None) or 'is no JSON document'}")
        return 2
    if len(key) != 64 or not set(key) <= set("0123456789abcdefABCDEF"):
        print("cannot be checked: KEY must be 64 hexadecimal digits, as `ugyfelkapu audit keys` prints them")
        return 2
    try:
        checkpoint, signature = proof["document"]["checkpoint"], bytes.fromhex(proof["document"]["signature"])
        signer = bytes.fromhex(proof["public_key"]).hex()
        if signer != key.lower():
            raise NotProven(f"KEY: the proof names another key, {signer}: check with it only if you keep it too")
        signed = json.dumps(checkpoint, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, signed)
        if root_from(proof["leaf"].encode(), proof["index"], checkpoint["leaves"], proof["path"]) != checkpoint["root"]:
            raise NotProven("leaf, index, path: they do not lead to the root that was signed")
        kind, registration, length, head = json.loads(proof["leaf"])
        if "events" in proof:
            check_events(proof["events"], registration, length, head)
    except (InvalidSignature, NotProven, ValueError, LookupError, TypeError, AttributeError, RecursionError) as reason:
        text = {NotProven: str(reason), InvalidSignature: "the signature is not that of this key over this document"}
        print("NOT proven:", text.get(type(reason), "this is no proof as `ugyfelkapu audit proof` prints it"))
        return 1
    print(f"proven: {kind} {registration} has {length} events, the last with the hash {head},")
    print(f"in checkpoint {checkpoint['number']} of {checkpoint['at']} (document signed with the key {key})")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
