"""Other engines on the same work, beside ours in turns: the thinnest Temporal workflow, DBOS Transact, Restate."""
