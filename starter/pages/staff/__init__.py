"""Pages for staff: clerks, supervisors, auditors, operators."""
