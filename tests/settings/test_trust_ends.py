"""When certificates and revocation lists end is a metric: the first end of each kind, no number where it is unknown."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from registration.errors import Unavailable
from settings.metrics import CERTIFICATE_END, PROCESS_METRICS, REVOCATION_LIST_END, Metrics
from settings.settings import Settings
from settings.trust_ends import certificate_ends, watching_ends
from starter.dev.authority import Authority
from tests.store.rings import settings
from tests.support.installation import eventually

NOW: Final = datetime.now(UTC)
SOON_SECONDS: Final = 60


async def test_the_first_end_of_each_kind_is_shown_and_nothing_where_one_cannot_be_read(tmp_path: Path) -> None:
    roots, lists = tmp_path / "roots", tmp_path / "lists"
    roots.mkdir()
    lists.mkdir()
    authority = Authority.created(NOW - timedelta(days=3_640))
    (roots / "root.pem").write_bytes(authority.credential.certificate.public_bytes(Encoding.PEM))
    for days in (1, 2):
        until = NOW + timedelta(days=days)
        (lists / f"{days}.crl").write_bytes(authority.revocation_list([], since=NOW, until=until))
    process = settings("postgresql://127.0.0.1:1/x").model_copy(
        update={"signature_trust_roots": roots, "signature_revocation_lists": lists}
    )
    end = authority.credential.certificate.not_valid_after_utc.timestamp()
    assert await _shown(process) == (end, float(int((NOW + timedelta(days=1)).timestamp())))
    (roots / "broken.der").write_bytes(b"no certificate")
    certificate, revocation_list = await _shown(process)
    assert certificate == 0
    assert revocation_list > 0


def test_a_certificate_of_a_version_that_there_is_not_is_one_that_cannot_be_read(tmp_path: Path) -> None:
    content = Authority.created(NOW).credential.certificate.public_bytes(Encoding.DER)
    (tmp_path / "root.der").write_bytes(content.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"))
    process = settings("postgresql://127.0.0.1:1/x").model_copy(update={"signature_trust_roots": tmp_path})
    with pytest.raises(Unavailable):
        certificate_ends(process, {})


async def test_files_that_a_connection_names_count_and_what_names_no_file_does_not(tmp_path: Path) -> None:
    authority = Authority.created(NOW)
    for name in ("database.pem", "temporal.pem"):
        (tmp_path / name).write_bytes(authority.credential.certificate.public_bytes(Encoding.PEM))
    named = settings(f"postgresql://127.0.0.1:1/x?sslmode=verify-full&sslrootcert={tmp_path / 'database.pem'}")
    temporal = {"TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(tmp_path / "temporal.pem")}
    assert set(certificate_ends(named, temporal)) == {"database.pem", "temporal.pem"}
    assert certificate_ends(settings("postgresql://127.0.0.1:1/x?sslrootcert=system"), {}) == {}
    certificate, revocation_list = await _shown(settings("postgresql://127.0.0.1:1/x"))
    assert math.isnan(certificate)
    assert math.isnan(revocation_list)


async def _shown(process: Settings) -> tuple[float, float]:
    """What a process shows once it has looked."""
    metrics = Metrics(PROCESS_METRICS)
    metrics.set(REVOCATION_LIST_END, -1)  # it is read last
    async with watching_ends(process, {}, metrics):

        async def has_looked() -> bool:
            return metrics.value(REVOCATION_LIST_END) != -1

        await eventually(has_looked, within_seconds=SOON_SECONDS)
    return metrics.value(CERTIFICATE_END) or 0, metrics.value(REVOCATION_LIST_END) or 0
