"""The client library: one class for each kind of user. A trusted process holds database and keys (DESIGN.md)."""

from starter.gateway.audit import AuditGateway
from starter.gateway.connection import Gateway, open_gateway
from starter.gateway.desk import DeskGateway
from starter.gateway.operations import OperationsGateway
from starter.gateway.portal import PortalGateway
from starter.gateway.sessions import Session

__all__ = [
    "AuditGateway",
    "DeskGateway",
    "Gateway",
    "OperationsGateway",
    "PortalGateway",
    "Session",
    "open_gateway",
]
