"""The client library: one class for each kind of user. A trusted process holds database and keys (DESIGN.md)."""

from audit.replays import Replayed
from audit.verification.findings import Finding, FindingKind, Verdict
from starter.gateway.administration import AdministrationGateway
from starter.gateway.admission import AdmissionGateway
from starter.gateway.auditor import AuditorGateway
from starter.gateway.auditor_answers import (
    CheckpointKeys,
    CheckpointNumbers,
    FindingLine,
    Proof,
    ReplayedRun,
    ReplayReport,
    SignedDocument,
    VerificationReport,
)
from starter.gateway.departures import Waiting, waited_for
from starter.gateway.desk import DeskGateway
from starter.gateway.desk_answers import (
    Disclosure,
    EvidenceOfAct,
    FoundRegistration,
    LetterLine,
    LetterList,
    Receipt,
    SearchResult,
)
from starter.gateway.engine import Engine, open_engine
from starter.gateway.health import HealthGateway
from starter.gateway.idempotency import Begun, IdempotencyGateway
from starter.gateway.operations import OperationsGateway
from starter.gateway.operator_answers import IndexesRenewed, KeysRotated
from starter.gateway.portal import PortalGateway
from starter.gateway.portal_answers import JsonWebKeys, LoggedIn, LoggedInAtPortal, UserNameCheck
from starter.gateway.record import RecordGateway
from starter.gateway.sessions import Session
from starter.gateway.staff_acts import StaffActsGateway
from store.rows import StoredAnswer

__all__ = [
    "AdministrationGateway",
    "AdmissionGateway",
    "AuditorGateway",
    "Begun",
    "CheckpointKeys",
    "CheckpointNumbers",
    "DeskGateway",
    "Disclosure",
    "Engine",
    "EvidenceOfAct",
    "Finding",
    "FindingKind",
    "FindingLine",
    "FoundRegistration",
    "HealthGateway",
    "IdempotencyGateway",
    "IndexesRenewed",
    "JsonWebKeys",
    "KeysRotated",
    "LetterLine",
    "LetterList",
    "LoggedIn",
    "LoggedInAtPortal",
    "OperationsGateway",
    "PortalGateway",
    "Proof",
    "Receipt",
    "RecordGateway",
    "ReplayReport",
    "Replayed",
    "ReplayedRun",
    "SearchResult",
    "Session",
    "SignedDocument",
    "StaffActsGateway",
    "StoredAnswer",
    "UserNameCheck",
    "Verdict",
    "VerificationReport",
    "Waiting",
    "open_engine",
    "waited_for",
]
