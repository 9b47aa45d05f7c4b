"""A person's request: identifiers, where they lie, and what follows from that."""
