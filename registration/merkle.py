"""Merkle trees as in RFC 9162, section 2.1 (Certificate Transparency): one hash commits to any number of leaves."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class _Subtree:
    """A part of the tree that is whole; `proven` where the leaf whose way to the root is wanted is in it."""

    leaves: int
    hash: bytes
    proven: bool


@dataclass
class MerkleTree:
    """Takes leaves one after the other; keeps one hash for each power of two among them, never the leaves."""

    size: int = 0
    path: list[bytes] = field(default_factory=list)
    """The way of the proven leaf to the root, from below; whole once `root` has been asked for."""
    index: int | None = None
    """The place of the proven leaf, from 0."""
    _whole: list[_Subtree] = field(default_factory=list)

    def add(self, leaf: bytes, *, proven: bool = False) -> None:
        """Appends a leaf; at most one of a tree is `proven`."""
        if proven:
            self.index = self.size
        self.size += 1
        self._whole.append(_Subtree(1, leaf_hash(leaf), proven))
        while len(self._whole) > 1 and self._whole[-2].leaves == self._whole[-1].leaves:
            self._join()

    def root(self) -> bytes:
        """The hash of the whole tree. Ends it: no leaf may follow."""
        if not self._whole:
            return hashlib.sha256().digest()
        while len(self._whole) > 1:
            self._join()
        return self._whole[0].hash

    def _join(self) -> None:
        right, left = self._whole.pop(), self._whole.pop()
        if left.proven or right.proven:
            self.path.append(right.hash if left.proven else left.hash)
        joined = node_hash(left.hash, right.hash)
        self._whole.append(_Subtree(left.leaves + right.leaves, joined, left.proven or right.proven))


def proves(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from a leaf at `index` of `size` leaves to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root
