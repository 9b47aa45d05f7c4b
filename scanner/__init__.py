"""The engine: plans assets and chunks, reads, detects, records, resumes.

The only room that turns a batch and its matches into findings and locations.
"""
