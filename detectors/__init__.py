"""What personal data looks like: detectors that work on a text, on a column, and as Presidio recognizers.

Knows nothing of where a value came from.
"""
