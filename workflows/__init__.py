"""The durable workflows: the lifecycle of a registration, and the scheduled and bulk work around it."""
