"""`/v1/audit`: who did what to a registration, when and why, and the proof; it changes nothing."""
