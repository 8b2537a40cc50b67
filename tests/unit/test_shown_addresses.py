"""`ugyfelkapu dev` says where its servers are, and never with which password."""

import pytest

from starter.cli.dev_server import without_password


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025"),
        ("smtps://mail.example:465", "smtps://mail.example:465"),
        ("smtp+starttls://relay:tits%3Ak@mail.example:587", "smtp+starttls://relay:***@mail.example:587"),
        ("smtps://relay@example.hu:ti:tk@os@mail.example:465", "smtps://relay@example.hu:***@mail.example:465"),
        ("smtps://:titkos@mail.example", "smtps://:***@mail.example"),
        (
            "postgresql://postgres@/ugyfelkapu?host=/tmp/x&port=5432",
            "postgresql://postgres@/ugyfelkapu?host=/tmp/x&port=5432",
        ),
        (
            "postgresql://u:titkos@db:5432/ugyfelkapu?sslmode=require",
            "postgresql://u:***@db:5432/ugyfelkapu?sslmode=require",
        ),
        ("postgresql://db/ugyfelkapu?user=u&password=titkos&x=1", "postgresql://db/ugyfelkapu?user=u&password=***&x=1"),
        ("postgresql://db/ugyfelkapu?sslpassword=titkos", "postgresql://db/ugyfelkapu?sslpassword=***"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown
    assert "titkos" not in without_password(address)
