"""National numbers over generated texts: found where a word says so, and not claimed in columns of other numbers."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from detectors.arrow.gates import gate_of
from detectors.column import ColumnDetector
from detectors.context import ContextDetector
from detectors.interface import DetectSettings
from detectors.registry import detector
from detectors.registry import make as make_detectors
from detectors.verdict import judge
from tests.detectors import numbers
from tests.detectors.columns import any_phone, digits, ean13, grouped, mobile, moment, siret

SEED = 20241123
NATIONAL = ("FR_NIR", "CH_AHV", "CA_SIN", "US_SSN", "BE_NN", "UK_NINO")
WRITTEN: dict[str, tuple[Callable[[random.Random], str], Callable[[str, str], str], tuple[str, ...]]] = {
    "FR_NIR": (numbers.nir, numbers.nir_grouped, numbers.GAPS),
    "CH_AHV": (numbers.ahv, numbers.ahv_grouped, numbers.GAPS),
    "CA_SIN": (numbers.sin, numbers.threes, numbers.GAPS[:5]),
}
COLUMNS = ColumnDetector(DetectSettings(entities=(*NATIONAL, "MAC_ADDRESS", "BIC", "SOCIAL_HANDLE", "USER_AGENT")))


@pytest.mark.parametrize("entity", WRITTEN)
def test_recall_in_sentences_of_four_languages_is_at_least_095(entity: str) -> None:
    make, group, gaps = WRITTEN[entity]
    rng, ours = random.Random(f"{SEED}{entity}"), detector(entity)
    missed, tried = [], 0
    for sentence in numbers.SENTENCES[entity]:
        for gap in gaps:
            for _ in range(20):
                value = make(rng)
                text = sentence.format(group(value, gap))
                tried += 1
                if [match.readings for match in ours.find(text)] != [(value,)]:
                    missed.append((sentence, gap))
    assert tried >= 900
    assert len(missed) <= 0.05 * tried, sorted(set(missed))


def test_a_french_number_without_its_key_is_found_in_context_and_completed() -> None:
    rng, ours = random.Random(SEED), detector("FR_NIR")
    for sentence in numbers.SENTENCES["FR_NIR"]:
        for gap in numbers.GAPS:
            value = numbers.nir(rng)
            short = (
                group if (group := numbers.nir_grouped(value[:13], gap)).endswith(value[10:13]) else group[: -len(gap)]
            )
            assert [match.readings for match in ours.find(sentence.format(short))] == [(value,)], (sentence, gap)


AROUND = ("{}", "x {} y", "({})", "%20{}&", "a,{},b", "_{}_", "nume\u0301ro  national {}", "NI number {}", "ssn:{}")


def test_what_the_plain_way_finds_passes_the_gates_of_columns() -> None:
    rng = random.Random(SEED)
    makers = [
        *(lambda rng, m=make, g=group, s=gap: g(m(rng), s) for make, group, gaps in WRITTEN.values() for gap in gaps)
    ]  # type: ignore[misc]
    makers += [numbers.ssn, numbers.nino, lambda rng: numbers.national_grouped(numbers.national(rng)), numbers.national]
    frames = [*AROUND, *(one for some in numbers.SENTENCES.values() for one in some)]
    texts = [frame.format(make(rng)) for frame in frames for make in makers]
    for ours in make_detectors(DetectSettings(entities=NATIONAL)):
        assert isinstance(ours, ContextDetector)
        held = pa.array([text for text in texts if any(True for _ in ours.find(text))], pa.string())
        assert len(held) >= 4, ours.entity
        for gate in (ours.gate, gate_of(ours, headed=False)):
            assert pc.all(pc.match_substring_regex(held, gate)).as_py(), ours.entity
        assert min(sum(one in "0123456789" for one in text) for text in held.to_pylist()) >= ours.min_digits
        assert all(any(one in text.lower() for one in ours.literals or ("",)) for text in held.to_pylist())


OTHERS: dict[str, Callable[[random.Random], str]] = {
    **{
        f"order numbers, {count} digits": lambda rng, n=count: digits(rng, n, rng.choice("123456789"))
        for count in range(8, 20)
    },  # type: ignore[misc]
    "order numbers by date": lambda rng: f"{moment(rng):%Y%m%d}-{digits(rng, 5)}",
    "SIRET": siret,
    "SIRET, grouped": lambda rng: grouped(siret(rng), (3, 3, 3, 5), " "),
    "SIREN, grouped": lambda rng: grouped(siret(rng)[:9], (3, 3, 3), " "),
    "EAN-13": ean13,
    "seconds": lambda rng: str(int(moment(rng).timestamp())),
    "milliseconds": lambda rng: str(int(moment(rng).timestamp() * 1000)),
    "microseconds": lambda rng: str(int(moment(rng).timestamp() * 10**6)),
    "moments": lambda rng: f"{moment(rng):%Y-%m-%d %H:%M:%S.%f}",
    "short moments": lambda rng: f"{moment(rng):%y-%m-%d-%H-%M-%S}",
    "French phones": mobile,
    "phones": any_phone,
    "SHA-256": lambda rng: sha256(rng.randbytes(8)).hexdigest(),
    "UUID": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "hexadecimal, twelve": lambda rng: rng.randbytes(6).hex(),
    "floats": lambda rng: repr(rng.random()),
    "amounts": lambda rng: f"{rng.randrange(10**9):,}".replace(",", " "),
    "codes in hyphens": lambda rng: f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}",
    "codes in dots": lambda rng: f"{digits(rng, 3)}.{digits(rng, 4)}.{digits(rng, 4)}.{digits(rng, 2)}",
    "letters and digits": lambda rng: f"AB{digits(rng, 6)}C",
    "fingerprints": lambda rng: ":".join(f"{one:02x}" for one in rng.randbytes(20)),
    "capitals": lambda rng: rng.choice(["CUSTOMER", "PASSWORD", "DATABASE", "BUSINESS", "DOCUMENT", "DELIVERY"]),
}


@pytest.mark.parametrize("about", OTHERS)
@pytest.mark.parametrize("header", ["c3", "order_no", "notes"])
def test_nothing_is_claimed_in_columns_of_other_numbers(about: str, header: str) -> None:
    for size in (400, 4000) if about == "codes in hyphens" else (1, 20, 400, 4000):
        rng = random.Random(f"{SEED}{about}{header}{size}")
        cells = [OTHERS[about](rng) for _ in range(size)]
        if header == "notes":
            cells = [f"Customer called about {cell}, to be checked again" for cell in cells]
        claimed = {
            one.entity: verdict.evidence[0]
            for one in COLUMNS.detect(pa.array(cells), header)
            if (verdict := judge(one.entity, header, "", one.evidence, len(one.values), size)).confidence != "low"
        }
        assert claimed == {}, size
