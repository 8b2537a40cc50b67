"""Settings, the Temporal connection, telemetry: what a process needs before it can do anything."""
