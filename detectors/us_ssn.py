"""United States social security numbers: area, group and serial; there is no check digit.

Source: Social Security Administration, *Social Security Number Randomization* (area never 000, 666 or 900 to 999;
group never 00; serial never 0000) and *Social Security Cards Issued by Woolworth* (two numbers printed on sample
cards). `123-45-6789` could be anybody's and is found. Of the notations only the one with two hyphens says by itself
what it is: nothing else that is common is written 3-2-4.
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector, Form
from detectors.interface import Case, Ruling
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, percent, share, valid
from detectors.text import labelled_otherwise, words

_VALID = re.compile(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}")
PRINTED = frozenset({"078051120", "219099999"})
"""Numbers of sample cards."""
_IDENTITY = ("id", "ids", "key")


class UsSsn(CheckedDetector):
    """Finds SSNs; canonical form: nine digits."""

    entity = "US_SSN"
    category = "identity"
    header_words = words(
        "ssn ssns socialsecurity socialsecuritynumber socialsecurityno socsec ssnumber securitesociale"
        " sozialversicherungsnummer"
    )
    near = frozenset({
        "ssn", "ssns", "social security", "social security number", "soc sec", "ss number", "securite sociale",
        "sozialversicherungsnummer", "sicurezza sociale", "previdenza sociale",
    })  # fmt: skip
    min_digits = 9
    by_chance = 0.9
    checked = "area, group and serial as the SSA gives them"
    pattern = re.compile(
        r"[0-9](?:(?<=%[0-9A-Fa-f]{2}[0-9])|(?<![0-9A-Za-z%_].)(?<![0-9][.-].))[0-9]{2}(?P<gap>[ .-]?)"
        r"[0-9]{2}(?P=gap)[0-9]{4}(?![0-9A-Za-z@_])(?!-[0-9A-Za-z]|\.[0-9])"
    )

    @property
    def gate(self) -> str:
        """Nine digits in groups of three, two and four."""
        return r"[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{4}"

    @property
    def sure_gate(self) -> str:
        """Two hyphens."""
        return r"(?:^|[^0-9]|%[0-9A-Fa-f]{2})[0-9]{3}-[0-9]{2}-[0-9]{4}(?:[^0-9]|$)"

    def form(self, hit: re.Match[str]) -> Form:
        """Tell hyphens, without another label in front, from everything else."""
        hyphens = hit["gap"] == "-" and not labelled_otherwise(hit.string, hit.start())
        return Form.GROUPED if hyphens else Form.OPEN

    def canonical(self, written: str) -> str | None:
        """Check what the SSA gives to nobody."""
        digits = re.sub(r"[\s.-]", "", written)
        plausible = _VALID.fullmatch(digits) and digits not in PRINTED and len(set(digits)) > 1
        return digits if plausible else None

    def mask(self, canonical: str) -> str:
        """Show the serial, as is the custom."""
        return f"***-**-{canonical[-4:]}"

    def rule(self, case: Case) -> Ruling:
        """Ask for a header, a word, or hyphens throughout; of random codes the SSA could not give one in nine."""
        evidence = case.evidence
        part = share(evidence.matches, evidence.candidates)
        if case.supporting and part >= 0.5:
            return HIGH, valid(evidence, self.checked)
        if evidence.candidates - evidence.matches > 0.03 * evidence.candidates:
            reason = f"{percent(evidence.matches, evidence.candidates)} could be numbers of the SSA, as of any codes"
            return NOTHING, reason
        if case.counter and case.counter not in _IDENTITY:
            return HINT, f"the column's name says otherwise ({case.counter})"
        return MEDIUM, valid(evidence, self.checked)
