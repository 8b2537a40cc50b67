"""The e-signature channel (S4): a form signed with CAdES or PAdES, verified with pyHanko against the operator's roots."""

from starter.gateway.signatures.channel import SignatureChannel
from starter.gateway.signatures.content import form_in

__all__ = ["SignatureChannel", "form_in"]
