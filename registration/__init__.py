"""What is true: statuses, rules, policy, messages, record, errors, names. Standard library only, no I/O, no clock."""
