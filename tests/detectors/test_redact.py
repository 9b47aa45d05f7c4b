"""Names and messages without the personal data in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.redact import mask_name, personal, redact


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("jane@example.org", "j***@e***.org"),
        ("mail/jane@example.org/inbox", "mail/j***@e***.org/inbox"),
        ("exports/0612345678.csv", "exports/+33*******78.csv"),
        ("call_+33612345678.wav", "call_+33*******78.wav"),
        ("514-555-0199.pdf", "+15*******99.pdf"),
        ("users/612345678", "users/+33*******78"),
        ("4111111111111111.txt", "411111******1111.txt"),
        ("FR1420041010050500013M02606.pdf", "FR14*******************2606.pdf"),
        ("logs/203.0.113.9.log", "logs/203.0.*.*.log"),
        ("jane%40example.org.vcf", "j***@e***.org"),
        ("756.9217.0769.85.pdf", "756.****.****.85.pdf"),
        ("scans/7569217076985.pdf", "scans/756.****.****.85.pdf"),
        ("285057800608441.pdf", "2************41.pdf"),
        ("dossier_2 85 05 78 006 084 41/note.txt", "dossier_2************41"),
        ("536-90-4399.pdf", "***-**-4399.pdf"),
        ("phones/00-1a-2b-3c-4d-5e.cfg", "phones/00:1a:2b"),
    ],
)
def test_a_personal_name_is_seen_and_masked(name: str, masked: str) -> None:
    assert personal(name)
    assert mask_name(name).startswith(masked[:12])
    assert not personal(mask_name(name))


@pytest.mark.parametrize(
    "name",
    [
        *("backup-20241123.tar.gz", "2024-11-23_120000", "dump_20241123120000.sql", "2024112312", "23.11.2024.log"),
        *("1732370000", "1732370000123.log", "wp_users", "order-2024000123.json", "IMG_20241123_120000.jpg"),
        *(
            "550e8400-e29b-41d4-a716-446655440000",
            "a1b2c3d4e5f6",
            "lib-1.10.2.1.jar",
            "icon@2x.png",
            "shop.12345678",
            "",
        ),
        *(
            "site_v1.2.3.4",
            "report_2024-11.csv",
            "d41d8cd98f00b204e9800998ecf8427e",
            "$.orders[*].total",
            "'; DROP TABLE x",
        ),
        *(
            "swift_CUSTOMER",
            "bic_BNPAFRPP1.csv",
            "sin_046454286_table",
            "nas 2024/backup_046454286",
            "twitter",
            "mac_os_10.15.7",
        ),
        *(
            "www.facebook.com/plugins/like.php",
            "x.com/index2.html",
            "order-536-90-4399.json",
            "backup-24-11-23-12-30-45.tar",
        ),
        *(
            "nir_2024",
            "invoice-285057800608436.pdf",
            "4006381333931.jpg",
        ),
    ],
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert not personal(name)
    assert mask_name(name) == name


def test_a_message_loses_values_and_long_runs_of_digits_and_keeps_the_rest() -> None:
    text = "row 12 of t: bad value 'jane@example.org', 4111 1111 1111 1111, 999888777 (code 1062)"
    assert redact(text) == "row 12 of t: bad value 'j***@e***.org', 411111******1111, ********* (code 1062)"


@given(st.text(alphabet="0123456789abc@.-+ /_%", max_size=40))
def test_no_long_run_of_digits_survives(text: str) -> None:
    digits = 0
    for character in redact(text):
        digits = digits + 1 if character.isdigit() else 0
        assert digits < 7
