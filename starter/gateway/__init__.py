"""The client library: one class for each kind of user. A trusted process holds database and keys (DESIGN.md)."""

from starter.gateway.audit import AuditGateway
from starter.gateway.connection import Gateway, open_gateway
from starter.gateway.desk import DeskGateway
from starter.gateway.health import HealthGateway
from starter.gateway.idempotency import Begun, IdempotencyGateway
from starter.gateway.operations import OperationsGateway
from starter.gateway.portal import PortalGateway
from starter.gateway.record import RecordGateway
from starter.gateway.sessions import Session
from store.rows import StoredAnswer

__all__ = [
    "AuditGateway",
    "Begun",
    "DeskGateway",
    "Gateway",
    "HealthGateway",
    "IdempotencyGateway",
    "OperationsGateway",
    "PortalGateway",
    "RecordGateway",
    "Session",
    "StoredAnswer",
    "open_gateway",
]
