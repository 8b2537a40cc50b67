"""Prove the record: one registration against everything that witnesses it, checkpoints, and counts over all.

Looking at the whole record takes minutes: `ugyfelkapu audit verify --all` does that.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from registration.answers import json_of
from registration.errors import CheckpointsDamaged, NoSuchCheckpoint, NotCheckpointed, NotFound
from registration.operations import Operation
from registration.statistics import RegistrationCount, Statistics
from starter.api.documented import also_as, problems
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Auditor
from starter.gateway import CheckpointKeys, CheckpointNumbers, Proof, SignedDocument, VerificationReport
from starter.gateway.csv_lines import csv_header, csv_of
from starter.serving.negotiation import Media, language_of, media_of
from starter.translation import catalogue

router: Final = APIRouter(prefix="/v1/audit", route_class=OperationRoute, tags=["audit"])

Month = Annotated[
    str | None, Query(description="Registrations opened in this month (Budapest), as YYYY-MM.", examples=["2027-03"])
]
Number = Annotated[int, Path(description="The checkpoint's number.", examples=[42])]


@router.get(
    "/registrations/{reference}/verification",
    name=Operation.AUDIT_VERIFY,
    responses=problems(NotFound, with_body=False),
)
async def verify_a_registration(reference: Reference, auditor: Auditor, request: Request) -> VerificationReport:
    """Recompute its chain and compare read model, evidence, histories and checkpoints; each difference is named."""
    return await auditor.verification.one(reference, catalogue=catalogue(language_of(request.scope)))


@router.get(
    "/registrations/{reference}/proof",
    name=Operation.AUDIT_PROVE,
    responses=problems(NotFound, NotCheckpointed, CheckpointsDamaged, with_body=False),
)
async def prove_a_registration(
    reference: Reference,
    auditor: Auditor,
    events: Annotated[bool, Query(description="With the record up to the checkpoint.")] = False,  # noqa: FBT002  a query
) -> Proof:
    """Prove that the last checkpoint holds the end of its chain; `docs/verify_proof.py` checks the answer."""
    return await auditor.checkpoints.proof(reference, with_events=events)


@router.get("/checkpoints", name=Operation.AUDIT_CHECKPOINTS, responses=problems(NotCheckpointed, with_body=False))
async def list_the_checkpoints(auditor: Auditor) -> CheckpointNumbers:
    """The numbers of all checkpoints."""
    return await auditor.checkpoints.numbers()


@router.get(
    "/checkpoints/{number}",
    name=Operation.AUDIT_CHECKPOINT,
    responses=problems(NotCheckpointed, CheckpointsDamaged, NoSuchCheckpoint, with_body=False),
)
async def read_a_checkpoint(number: Number, auditor: Auditor) -> SignedDocument:
    """A signed checkpoint, as its file has it."""
    return await auditor.checkpoints.document(number)


@router.get("/keys", name=Operation.AUDIT_KEYS, responses=problems(NotCheckpointed, with_body=False))
async def keys_of_checkpoints(auditor: Auditor) -> CheckpointKeys:
    """The public keys that verify checkpoints."""
    return await auditor.checkpoints.keys()


@router.get(
    "/statistics",
    name=Operation.AUDIT_STATISTICS,
    response_model=Statistics,
    responses=problems(with_body=False)
    | also_as({Media.CSV: f"{csv_header(RegistrationCount)}2027-03,ONLINE,,ACTIVE,3\r\n"}),
)
async def count_registrations(request: Request, auditor: Auditor, since: Month = None, until: Month = None) -> Response:
    """Counts by status, channel, office and month; lapse rate, time to activation, lost letters. JSON or CSV."""
    found = await auditor.statistics(since, until)
    if media_of(request.scope, (Media.JSON, Media.CSV)) is Media.CSV:
        return Response(csv_of(RegistrationCount, found.counts), media_type=Media.CSV)
    return Response(json_of(found), media_type=Media.JSON)
