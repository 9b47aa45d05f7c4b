"""Business identifier codes (BIC, SWIFT) of banks: four letters, a country, a location, three characters for a branch.

Source: ISO 9362 and ISO 3166-1, with XK for Kosovo. Any word of eight capitals may be one (`CUSTOMER`: Oman), so a
header, or BIC or SWIFT near it, has to say so; a text in capitals throughout needs it right in front of letters
alone.
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector
from detectors.text import words

_COUNTRIES = words(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY"
    " BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK"
    " FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR"
    " IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK"
    " ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM"
    " PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF"
    " TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
_LABEL = re.compile(
    r"(?i)(?<![a-z])(?:bic|swift)(?:[ /_-]{0,3}(?:bic|swift|code|n°|no|nr|number|ist|est|is)){0,4}"
    r"[\"' ]{0,2}[:=#]?[\"' ]{0,2}$"
)
_NEAR = re.compile(r"(?i)(?<![a-z])(?:bic|swift)(?![a-z])")


class Bic(CheckedDetector):
    """Finds BICs; canonical form: eight or eleven capitals and digits; the head office's `XXX` is left out."""

    entity = "BIC"
    category = "financial"
    header_words = words("bic swift bicswift swiftbic biccode swiftcode codebic codeswift bankbic")
    near = frozenset({"bic", "swift"})
    literals = ()
    by_chance = 0.4
    checked = "bank, country and location"
    pattern = re.compile(
        r"(?<![0-9A-Za-z])[A-Z]{4}(?P<gap> ?)[A-Z]{2}(?P=gap)[A-Z0-9]{2}(?:(?P=gap)[A-Z0-9]{3})?(?![0-9A-Za-z@])"
    )

    @property
    def gate(self) -> str:
        """Six capitals and two more."""
        return r"[A-Z]{4} ?[A-Z]{2} ?[A-Z0-9]{2}"

    def told(self, text: str, start: int, end: int) -> bool:
        """Say whether BIC or SWIFT labels the code, or stands near one that no plain word could be."""
        front, back = text[max(0, start - 48) : start].rpartition("\n")[2], text[end : end + 24].partition("\n")[0]
        if _LABEL.search(front):
            return True
        wordless = (
            not text[start:end].isalpha() or text.endswith("XXX", start, end) or re.search("[a-z]{2}", front + back)
        )
        return bool(wordless) and bool(_NEAR.search(front) or _NEAR.search(back))

    def canonical(self, written: str) -> str | None:
        """Check the country."""
        code = re.sub(r"[\s-]", "", written).upper().removeprefix("BIC:")
        if not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", code) or code[4:6] not in _COUNTRIES:
            return None
        return code[:8] if code[8:] == "XXX" else code

    def mask(self, canonical: str) -> str:
        """Show country and location: which bank it is stays out."""
        return f"****{canonical[4:8]}{'*' * len(canonical[8:])}"
