"""Where data lives: walks a store, reads it as Arrow record batches, fetches single records again.

Knows nothing of what is personal, of findings or of the inventory.
"""
