"""What is true: statuses, rules, policy, messages, the record, errors, names; standard library only, no I/O, no clock."""
