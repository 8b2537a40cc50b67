"""Evidence: sealed with the registration's key; the event that names it has a salted hash of it."""

import os

from uuid_utils import compat as uuids

from registration.forms import EvidenceForm
from registration.messages import Evidence
from registration.signatures import VerifiedSignature
from store.documents import dump
from store.rows import EvidenceRow
from store.sealing import commitment, part, seal

_SALT_BYTES = 16


def sealed_evidence(
    proof: EvidenceForm | VerifiedSignature, key: bytes, registration_id: str
) -> tuple[Evidence, bytes]:
    """How an event names a proof, and its sealed row."""
    salt = os.urandom(_SALT_BYTES)
    plain = dump(EvidenceRow(proof, salt.hex()))
    reference = Evidence(str(uuids.uuid7()), commitment(plain, salt))
    return reference, seal(key, plain, part(registration_id, reference.id))
