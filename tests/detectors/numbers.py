"""Made-up national numbers with right check digits, and sentences in four languages that say what they are."""

from __future__ import annotations

import random

from tests.detectors.columns import digits, luhn_digit


def nir(rng: random.Random) -> str:
    """Fifteen characters, without blanks."""
    month = f"{rng.randrange(1, 13):02d}" if rng.random() < 0.95 else str(rng.choice([20, 31, 42, 50, 99]))
    department = rng.choice(["2A", "2B", "99", "971", "974", *(f"{one:02d}" for one in range(1, 96))])
    place = f"{department}{rng.randrange(1, 10 ** (5 - len(department))):0{5 - len(department)}d}"
    body = f"{rng.choice('11112222347'[:10])}{digits(rng, 2)}{month}{place}{rng.randrange(1, 1000):03d}"
    counted = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - counted % 97:02d}"


def nir_grouped(value: str, gap: str) -> str:
    parts = (value[0], value[1:3], value[3:5], value[5:7], value[7:10], value[10:13], value[13:])
    return gap.join(parts)


def ahv(rng: random.Random) -> str:
    """Thirteen digits."""
    body = digits(rng, 12, "756")
    return body + str(-sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(body)) % 10)


def ahv_grouped(value: str, gap: str) -> str:
    return gap.join((value[:3], value[3:7], value[7:11], value[11:]))


def sin(rng: random.Random) -> str:
    """Nine digits."""
    body = digits(rng, 8, rng.choice("12345679"))
    return body + luhn_digit(body)


def threes(value: str, gap: str) -> str:
    return gap.join((value[:3], value[3:6], value[6:]))


def ssn(rng: random.Random) -> str:
    """Eleven characters, with hyphens."""
    area = rng.choice([one for one in range(1, 900) if one != 666])
    return f"{area:03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10000):04d}"


def national(rng: random.Random) -> str:
    """Eleven Belgian digits."""
    later = rng.random() < 0.2
    year = rng.randrange(20) if later else rng.randrange(30, 100)
    body = f"{year:02d}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{rng.randrange(1, 998):03d}"
    return f"{body}{97 - int(('2' if later else '') + body) % 97:02d}"


def national_grouped(value: str) -> str:
    return f"{value[:2]}.{value[2:4]}.{value[4:6]}-{value[6:9]}.{value[9:]}"


def nino(rng: random.Random) -> str:
    """Nine characters."""
    return rng.choice("ABCEGHJKLMPRSTWXY") + rng.choice("ABCEHJLMPRSWXY") + digits(rng, 6) + rng.choice("ABCD")


GAPS = ("", " ", "\u00a0", "\u202f", "-", ".")

SENTENCES = {
    "FR_NIR": (
        "Numéro de sécurité sociale : {} (à jour)",
        "son n° de sécu est {}, merci de vérifier",
        "NIR={};nom=Dubois",
        "numéro INSEE {} ; né à Lyon",
        "Her French social security number is {}.",
        "social security no. {} (France)",
        "Französische Sozialversicherungsnummer: {}",
        "Die Sozialversicherungsnummer {} fehlt im Dossier.",
        "Numero di sicurezza sociale francese: {}",
        "la sua previdenza sociale, {}, grazie",
    ),
    "CH_AHV": (
        "N° AVS : {}",
        "son numéro AVS est le {}, il l'a confirmé",
        "NAVS13 {}",
        "AHV-Nr. {}",
        "Die AHV-Nummer lautet {}.",
        "Swiss social security number {} on file",
        "her AHV number: {}",
        "Numero AVS: {}",
        "il numero AVS {} è corretto",
    ),
    "CA_SIN": (
        "SIN: {}",
        "my SIN is {}",
        "Social insurance number {} on file",
        '{{"sin": "{}"}}',
        "NAS : {}",
        "mon NAS est {}",
        "Numéro d'assurance sociale : {}",
        "le numéro d\u2019assurance sociale de monsieur est {}.",
        "Kanadische Sozialversicherungsnummer {}",
        "numero di assicurazione sociale canadese: {}",
    ),
}
"""Sentences with a place for the number: French, English, German, Italian."""
