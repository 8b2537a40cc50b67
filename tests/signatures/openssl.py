"""Signatures that openssl makes, with keys and certificates that openssl makes: no library of ours takes part."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization

from starter.dev.authority import SigningCredential

KEYS: Final = {
    "P-256": ["EC", "ec_paramgen_curve:P-256"],
    "P-521": ["EC", "ec_paramgen_curve:P-521"],
    "RSA": ["RSA", "rsa_keygen_bits:2048"],
    "RSA 1024": ["RSA", "rsa_keygen_bits:1024"],
    "RSA-PSS": ["RSA-PSS", "rsa_keygen_bits:2048"],
    "RSA-PSS SHA-512": ["RSA-PSS", "rsa_keygen_bits:2048", "rsa_pss_keygen_md:sha512", "rsa_pss_keygen_mgf1_md:sha512"],
}
PSS: Final = ("-keyopt", "rsa_padding_mode:pss")
_EXTENSIONS: Final = """
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
basicConstraints=critical,CA:false
keyUsage=critical,nonRepudiation
"""


class OpenSsl:
    """An authority and the credentials that it issues, as files in a folder."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.fail("these tests need the program openssl: install your system's package openssl")
        self.folder = folder
        self._run(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-subj",
            "/CN=Root",
        )

    @property
    def root(self) -> bytes:
        """The authority's certificate, PEM."""
        return (self.folder / "root.pem").read_bytes()

    def certify(self, kind: str, *, subject: str = "/CN=Kőműves Elek Árpád/SN=Kőműves/GN=Elek Árpád") -> str:
        """Makes a key and a certificate, valid for 30 days, and returns the name of the files."""
        name = kind.replace(" ", "-")
        algorithm, *options = KEYS[kind]
        self._run(
            "genpkey", "-algorithm", algorithm, *(f for o in options for f in ("-pkeyopt", o)), "-out", f"{name}.key"
        )
        self._run("req", "-new", "-key", f"{name}.key", "-utf8", "-subj", subject, "-out", f"{name}.csr")
        (self.folder / "extensions").write_text(_EXTENSIONS, encoding="utf-8")
        issuer = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "extensions")
        self._run("x509", "-req", "-in", f"{name}.csr", *issuer, "-days", "30", "-out", f"{name}.pem")
        return name

    def adopt(self, credential: SigningCredential) -> str:
        """Writes a credential that was made elsewhere, and returns the name of the files."""
        encoding, encryption = serialization.Encoding.PEM, serialization.NoEncryption()
        key = credential.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, encryption)
        (self.folder / "adopted.key").write_bytes(key)
        (self.folder / "adopted.pem").write_bytes(credential.certificate.public_bytes(encoding))
        return "adopted"

    def sign(self, content: bytes, name: str, *options: str, digest: str = "sha256", cades: bool = True) -> bytes:
        """A detached CMS signature in DER, unless the options say otherwise."""
        (self.folder / "content").write_bytes(content)
        files = ("-in", "content", "-signer", f"{name}.pem", "-inkey", f"{name}.key", "-out", "signature")
        kind = ("-cades",) if cades else ()
        self._run("cms", "-sign", *kind, "-binary", "-md", digest, "-outform", "DER", *files, *options)
        return (self.folder / "signature").read_bytes()

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"openssl {arguments[0]}: {done.stderr}"
