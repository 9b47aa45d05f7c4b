"""The documents: data inventory and breach sheet, each in its formats, in French and English.

Knows nothing of how data was read or recognised; asks the inventory, counts, and writes.
"""
