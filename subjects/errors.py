"""Every way in which a person's request can be refused, as one tree.

SubjectError
└── PolicyError      the settings demand something that was not given
"""

from __future__ import annotations


class SubjectError(Exception):
    """Root of what this room raises; the message says what, where and what to do next."""


class PolicyError(SubjectError):
    """The settings demand something that was not given."""
