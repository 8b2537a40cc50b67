"""The Merkle tree of a checkpoint, against RFC 9162's own recursive definition and the vectors of its first users."""

import hashlib
from collections.abc import Iterable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.merkle import MerkleTree, leaf_hash, node_hash, proves

_LEAVES: Final = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
_ROOTS: Final = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Roots over the first 0, 1, … leaves, as the Certificate Transparency projects test theirs."""

_SOME = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree over these leaves."""
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


@pytest.mark.parametrize("size", range(len(_ROOTS)))
def test_the_vectors_of_certificate_transparency_hold(size: int) -> None:
    assert root_of(_LEAVES[:size]).hex() == _ROOTS[size]


@given(_SOME)
def test_the_root_is_that_of_the_recursive_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == _root(leaves)


@given(_SOME, st.data())
def test_the_path_is_that_of_the_recursive_definition_and_proves_its_leaf_alone(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = MerkleTree()
    for place, leaf in enumerate(leaves):
        tree.add(leaf, proven=place == index)
    root = tree.root()
    assert (tree.index, tree.size, tree.path) == (index, len(leaves), _path(index, leaves))
    assert proves(leaves[index], index, len(leaves), tree.path, root)
    assert not proves(leaves[index] + b"!", index, len(leaves), tree.path, root)
    assert not proves(leaves[index], index, len(leaves), [*tree.path, root], root)
    assert not proves(leaves[index], index, len(leaves), tree.path, hashlib.sha256(root).digest())
    assert not proves(leaves[index], index + len(leaves), len(leaves), tree.path, root)
    if tree.path:
        assert not proves(leaves[index], index, len(leaves), tree.path[:-1], root)


def test_the_tree_keeps_one_hash_for_each_power_of_two() -> None:
    tree = MerkleTree()
    for number in range(1000):
        tree.add(number.to_bytes(2))
    assert len(tree._whole) == (1000).bit_count()


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    left = _left(leaves)
    return node_hash(_root(leaves[:left]), _root(leaves[left:]))


def _path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    left = _left(leaves)
    if index < left:
        return [*_path(index, leaves[:left]), _root(leaves[left:])]
    return [*_path(index - left, leaves[left:]), _root(leaves[:left])]


def _left(leaves: list[bytes]) -> int:
    """The largest power of two below the number of leaves."""
    return 1 << (len(leaves) - 1).bit_length() - 1
