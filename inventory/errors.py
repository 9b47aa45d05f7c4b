"""Every way in which the inventory can refuse, as one tree.

InventoryError
├── BusyError        a scan is writing, or a client is being forgotten
├── StoreError       the database cannot be opened, is damaged, newer than this program, or locked for too long
├── KeyFileError     the key file is lost, wrong, unreadable by its owner only, or cannot be made
├── NotFoundError    no such finding, client or scan
└── AuditError       the audit trail is not whole
"""

from __future__ import annotations


class InventoryError(Exception):
    """Root of what this room raises; the message says what, where and what to do next."""


class StoreError(InventoryError):
    """The inventory cannot be opened or written."""


class BusyError(InventoryError):
    """A scan is writing, or a client is being forgotten; only one of these goes on at a time."""


class KeyFileError(InventoryError):
    """The key file is lost, wrong or open to others."""


class NotFoundError(InventoryError):
    """What was named is not in the inventory."""


class AuditError(InventoryError):
    """The audit trail was changed, cut or reordered."""
