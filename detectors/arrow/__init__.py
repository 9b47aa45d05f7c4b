"""The fast path: whole columns at once over Arrow buffers; what it leaves open goes to the plain detectors.

Nothing of it decides otherwise than they do: it knows the cells that surely hold nothing, and those that one clear
value fills. tests/detectors/test_arrow.py holds the two ways to the same matches.
"""
