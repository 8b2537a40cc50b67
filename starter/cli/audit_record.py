"""`ugyfelkapu audit checkpoint | keys | proof`: the provable record; `verify`, `accesses` and `acts` too."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from starter.cli.audit_accesses import accesses
from starter.cli.audit_acts import acts
from starter.cli.audit_verify import verify
from starter.cli.choices import COMMAND_LINE, AsJson, Auditor, Lang, Reference, choices_of
from starter.cli.installation import run
from starter.cli.output import console_of, print_json, show

if TYPE_CHECKING:
    from starter.gateway import CheckpointKeys, Engine


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    for command in (checkpoint, keys, verify, proof, accesses, acts):
        app.command()(command)


def checkpoint(context: typer.Context, _json: AsJson = False, _lang: Lang = None) -> None:
    """Make a checkpoint of the whole record now: signed, written to the folder, mailed to the auditors."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    with console_of(stderr=True).status("…"):
        made = run(choices, lambda engine: AuditorGateway(engine, COMMAND_LINE).checkpoints.make())
    show(choices, made)


def keys(context: typer.Context, auditor: Auditor = COMMAND_LINE, _json: AsJson = False, _lang: Lang = None) -> None:
    """Print the public keys (Ed25519) that verify checkpoints and proofs; keep a copy outside this system."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)

    async def known(engine: "Engine") -> "CheckpointKeys":
        return await AuditorGateway(engine, auditor).checkpoints.keys()

    found = run(choices, known)
    if choices.as_json:
        print_json(found)
        return
    for key in found.keys:
        sys.stdout.write(f"{key.key_id}: {key.hex}\n{key.pem}")


def proof(
    context: typer.Context,
    reference: Reference,
    *,
    events: Annotated[bool, typer.Option("--events", help="Add the events that the proven hash commits to.")] = False,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Print the proof (JSON) that the last checkpoint holds a registration's chain; docs/verify_proof.py checks it."""
    from starter.gateway import AuditorGateway

    print_json(
        run(
            choices_of(context),
            lambda engine: AuditorGateway(engine, auditor).checkpoints.proof(reference, with_events=events),
        )
    )
