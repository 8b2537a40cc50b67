"""Our side of the Temporal cluster: client, payloads, sandbox, sending messages, preparation."""
