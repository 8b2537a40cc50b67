"""Where a service listens: the setting, unless the options say otherwise."""

from typing import Annotated

import typer

Host = Annotated[str | None, typer.Option(help="The address to listen on.")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 is any free one.")]


def address_of(setting: str, host: str | None, port: int | None) -> str:
    """`host:port`; an IPv6 address may be typed with or without its brackets."""
    set_host, _, set_port = setting.rpartition(":")
    chosen = host or set_host
    listened = f"[{chosen}]" if ":" in chosen.strip("[]") and not chosen.startswith("[") else chosen
    return f"{listened}:{set_port if port is None else port}"
