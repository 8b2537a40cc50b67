"""Everything that starts or talks to a registration."""
