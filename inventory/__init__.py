"""What was found, where and when: the one store, its schema, its questions and the audit trail.

Knows nothing of how anything was read or recognised.
"""
