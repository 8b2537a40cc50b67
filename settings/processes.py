"""Which settings each process reads: the only place that says so. Secrets that are not its own it never holds.

Besides, whatever serves (all but MIGRATE and single commands) reads OpenTelemetry's `OTEL_*` (settings/traces.py), and
whatever speaks to Temporal its `TEMPORAL_*`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

_DATABASE: Final = frozenset({"database_url", "master_keys", "index_key"})
_SHARED: Final = frozenset({"search_keys", "database_connections", "admin_address"})
_AUDITED: Final = frozenset({"checkpoint_folder", "checkpoint_public_keys", "archive_folder"})
"""What an auditor's questions are answered from."""
_SIGNATURES: Final = frozenset({"signature_trust_roots", "signature_revocation_lists"})


@dataclass(frozen=True)
class _Row:
    needs: frozenset[str]
    may_read: frozenset[str]


class Process(Enum):
    """A kind of process, with the names of the settings that it needs, and of those that it reads where they are given.

    A worker that serves one queue alone may need less (docs/settings.md).
    """

    MIGRATE = _Row(
        _DATABASE | {"code_keys"},
        frozenset({"search_keys", "assertion_keys", "staff_keys", "checkpoint_keys", "checkpoint_folder"}),
    )
    WORKER = _Row(
        _DATABASE | {"code_keys", "smtp_url"},
        _SHARED
        | {"smtp_timeout_seconds", "smtp_connections", "smtp_idle_seconds", "smtp_ca_file", "letters_per_second"}
        | {"mail_from", "portal_url", "build_id", "auditors", "checkpoint_folder", "checkpoint_keys", "archive_folder"},
    )
    API = _Row(
        _DATABASE | {"code_keys", "token_issuer", "token_keys", "assertion_keys"},
        _SHARED | _AUDITED | _SIGNATURES | {"api_address", "token_audience", "hashing_threads"},
    )
    PAGES = _Row(
        _DATABASE | {"code_keys"},
        _SHARED
        | _SIGNATURES
        | {"pages_address", "portal_url", "trusted_proxies", "security_txt", "hashing_threads"}
        | {"data_controller", "privacy_notice_url"},
    )
    STAFF_PAGES = _Row(
        _DATABASE | {"staff_url", "staff_keys", "staff_issuer", "staff_client_id"},
        _SHARED
        | _AUDITED
        | {"staff_address", "staff_client_key", "staff_client_secret", "portal_url", "trusted_proxies"}
        | {"security_txt", "temporal_ui_url"},
    )

    @property
    def needs(self) -> frozenset[str]:
        """It does not start without them."""
        return self.value.needs

    @property
    def reads(self) -> frozenset[str]:
        """All that it looks at."""
        return self.value.needs | self.value.may_read
