"""The e-signature channel (S4): forms signed with CAdES or PAdES; the operator says which authorities count."""

from starter.gateway.signatures.channel import SignatureChannel
from starter.gateway.signatures.content import form_in

__all__ = ["SignatureChannel", "form_in"]
