"""The client library: one class for each kind of user. A trusted process holds database and keys (DESIGN.md)."""

from audit.replays import Replayed
from audit.verification.findings import Finding, FindingKind, Verdict
from starter.gateway.administration import AdministrationGateway
from starter.gateway.admission import AdmissionGateway
from starter.gateway.auditor import AuditorGateway
from starter.gateway.departures import Waiting, waited_for
from starter.gateway.desk import DeskGateway
from starter.gateway.desk_answers import ActInPerson, Disclosure, Found, Receipt, SearchResult
from starter.gateway.engine import Engine, open_engine
from starter.gateway.health import HealthGateway
from starter.gateway.idempotency import Begun, IdempotencyGateway
from starter.gateway.operations import OperationsGateway
from starter.gateway.portal import PortalGateway
from starter.gateway.record import RecordGateway
from starter.gateway.sessions import Session
from starter.gateway.staff_acts import StaffActsGateway
from store.rows import StoredAnswer

__all__ = [
    "ActInPerson",
    "AdministrationGateway",
    "AdmissionGateway",
    "AuditorGateway",
    "Begun",
    "DeskGateway",
    "Disclosure",
    "Engine",
    "Finding",
    "FindingKind",
    "Found",
    "HealthGateway",
    "IdempotencyGateway",
    "OperationsGateway",
    "PortalGateway",
    "Receipt",
    "RecordGateway",
    "Replayed",
    "SearchResult",
    "Session",
    "StaffActsGateway",
    "StoredAnswer",
    "Verdict",
    "Waiting",
    "open_engine",
    "waited_for",
]
