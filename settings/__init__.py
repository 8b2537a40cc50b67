"""What the environment says, checked; keys; telemetry."""
