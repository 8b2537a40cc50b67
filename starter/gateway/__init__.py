"""The client library: one gateway for each kind of user, for a trusted process that holds database and keys.

Portal, citizen, desk, auditor and operations are the gateways: each lists what such a user may do. They share an
`Engine`, the connections of the process; staff come in through one door (`staff_door`).
"""

from audit.replays import Replayed
from audit.verification.findings import Finding, FindingKind, Verdict
from starter.gateway.account import AccountGateway
from starter.gateway.auditor import AuditorGateway
from starter.gateway.auditor_answers import (
    CheckpointAnswer,
    CheckpointKeys,
    CheckpointNumbers,
    FindingLine,
    Proof,
    ReplayedRun,
    ReplayReport,
    SignedDocument,
    VerificationReport,
)
from starter.gateway.browser_sessions import Acr, BrowserSession, BrowserSessions, OpenSession
from starter.gateway.cancellation import Waiting, waited_for
from starter.gateway.citizen import CitizenGateway
from starter.gateway.continuations import (
    AccountDrafts,
    Continuation,
    Continuations,
    Destination,
    owner_of,
)
from starter.gateway.desk import DeskGateway
from starter.gateway.desk_answers import (
    DeskView,
    Disclosed,
    Disclosure,
    EvidenceOfAct,
    FoundRegistration,
    LetterLine,
    LetterList,
    OpenedVisit,
    Receipt,
    SearchResult,
)
from starter.gateway.desk_pages import DeskPages
from starter.gateway.drafts import Drafts
from starter.gateway.email_corrections import AwaitedActivation
from starter.gateway.engine import Engine, open_engine
from starter.gateway.forms import checked_criterion, refused_fields
from starter.gateway.health import ReadinessCheck
from starter.gateway.idempotency import Begun, Idempotency
from starter.gateway.log_ins import ClientBrowser, LogInHistory
from starter.gateway.operations import OperationsGateway
from starter.gateway.operations_answers import IndexesRenewed, KeysRotated, ReconciliationAnswer
from starter.gateway.portal import PortalGateway
from starter.gateway.portal_answers import JsonWebKeys, LoggedIn, LoggedInAtPortal, UserNameCheck
from starter.gateway.roll_forward import RolledForward
from starter.gateway.sessions import Session
from starter.gateway.staff_door import StaffDoor
from starter.gateway.staff_sessions import StaffSession, StaffSessions
from starter.gateway.staff_sign_in import StaffSignIn
from starter.gateway.verification import VerificationRun
from starter.gateway.verification_progress import ProgressUnreadable, ProgressUnusable, ProgressUnwritable
from starter.gateway.verifiers import FurtherProcesses, VerifierEnded, usual_processes
from store.rows import DeskVisit, StoredAnswer

__all__ = [
    "AccountDrafts",
    "AccountGateway",
    "Acr",
    "AuditorGateway",
    "AwaitedActivation",
    "Begun",
    "BrowserSession",
    "BrowserSessions",
    "CheckpointAnswer",
    "CheckpointKeys",
    "CheckpointNumbers",
    "CitizenGateway",
    "ClientBrowser",
    "Continuation",
    "Continuations",
    "DeskGateway",
    "DeskPages",
    "DeskView",
    "DeskVisit",
    "Destination",
    "Disclosed",
    "Disclosure",
    "Drafts",
    "Engine",
    "EvidenceOfAct",
    "Finding",
    "FindingKind",
    "FindingLine",
    "FoundRegistration",
    "FurtherProcesses",
    "Idempotency",
    "IndexesRenewed",
    "JsonWebKeys",
    "KeysRotated",
    "LetterLine",
    "LetterList",
    "LogInHistory",
    "LoggedIn",
    "LoggedInAtPortal",
    "OpenSession",
    "OpenedVisit",
    "OperationsGateway",
    "PortalGateway",
    "ProgressUnreadable",
    "ProgressUnusable",
    "ProgressUnwritable",
    "Proof",
    "ReadinessCheck",
    "Receipt",
    "ReconciliationAnswer",
    "ReplayReport",
    "Replayed",
    "ReplayedRun",
    "RolledForward",
    "SearchResult",
    "Session",
    "SignedDocument",
    "StaffDoor",
    "StaffSession",
    "StaffSessions",
    "StaffSignIn",
    "StoredAnswer",
    "UserNameCheck",
    "Verdict",
    "VerificationReport",
    "VerificationRun",
    "VerifierEnded",
    "Waiting",
    "checked_criterion",
    "open_engine",
    "owner_of",
    "refused_fields",
    "usual_processes",
    "waited_for",
]
