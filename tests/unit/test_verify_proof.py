"""The stand-alone script on files that are no proof: one clear sentence, and no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.proofs import SCRIPT

KEY = "0" * 64
SIGNED: dict[str, object] = {"document": {"checkpoint": {}, "signature": "00"}}
NO_PROOF = "NOT proven: this is no proof as `ugyfelkapu audit proof` prints it"
NO_SIGNATURE = "NOT proven: the signature is not that of this key over this document"


def said(content: bytes, folder: Path) -> tuple[int, str, str]:
    """Status, output and errors of the script on a file."""
    (folder / "proof.json").write_bytes(content)
    command = [sys.executable, "-I", str(SCRIPT), "proof.json", KEY]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    "proof",
    [
        [],
        {},
        None,
        7,
        "proof",
        {"document": []},
        {"document": {"checkpoint": {}, "signature": "no hexadecimal"}},
        {"document": {"checkpoint": {}, "signature": 7}},
        SIGNED,
        SIGNED | {"public_key": 7},
        SIGNED | {"public_key": "\ud800"},
    ],
)
def test_another_json_document_is_no_proof(proof: object, tmp_path: Path) -> None:
    assert said(json.dumps(proof).encode(), tmp_path) == (1, f"{NO_PROOF}\n", "")


def test_a_forged_proof_that_names_the_key_is_not_signed_by_it(tmp_path: Path) -> None:
    proof = SIGNED | {"public_key": KEY}
    assert said(json.dumps(proof).encode(), tmp_path) == (1, f"{NO_SIGNATURE}\n", "")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"{} {}"])
def test_what_is_no_json_document_cannot_be_checked(content: bytes, tmp_path: Path) -> None:
    assert said(content, tmp_path) == (2, "cannot be checked: proof.json: is no JSON document\n", "")
