"""Passwords under headers and labels, hashes in their own notations; and words about passwords."""

from __future__ import annotations

import pytest

from detectors.password import Password
from tests.detectors.cases import Case, found, table
from tests.detectors.headed import confidence, found_under_header, verdict

PASSWORDS = Password()
BCRYPT = "$2y$10$" + "a" * 53
HEX = "0123456789abcdef"
MD5, SHA1, SHA256 = HEX * 2, HEX * 2 + HEX[:8], HEX * 4

HASHES = table(
    (BCRYPT, (BCRYPT,), "bcrypt"),
    ("$P$B" + "x" * 30, ("$P$B" + "x" * 30,), "phpass, WordPress"),
    ("$H$9" + "x" * 30, ("$H$9" + "x" * 30,), "phpass, phpBB"),
    ("$S$D" + "x" * 51, ("$S$D" + "x" * 51,), "Drupal"),
    *(
        (one, (one,), one[:14])
        for one in (
            "$argon2id$v=19$m=65536,t=3,p=4$" + "c" * 22 + "$" + "d" * 43,
            "argon2$argon2id$v=19$m=102400,t=2,p=8$" + "c" * 22 + "$" + "d" * 43,
            "$scrypt$ln=16,r=8,p=1$" + "c" * 22 + "$" + "d" * 43,
            "scrypt:32768:8:1$" + "c" * 16 + "$" + "0" * 128,
            "pbkdf2_sha256$260000$" + "c" * 22 + "$" + "D" * 43 + "=",
            "pbkdf2:sha256:260000$" + "c" * 16 + "$" + "0" * 64,
            "$pbkdf2-sha512$25000$" + "c" * 22 + "$" + "d" * 86,
            "$6$" + "c" * 16 + "$" + "d" * 86,
            "$6$rounds=5000$" + "c" * 16 + "$" + "d" * 86,
            "$5$" + "c" * 16 + "$" + "d" * 43,
            "$1$" + "c" * 8 + "$" + "d" * 22,
            "$apr1$" + "c" * 8 + "$" + "d" * 22,
            "$y$j9T$" + "c" * 22 + "$" + "d" * 43,
            "{SSHA}" + "A" * 32 + "==",
            "sha1$a1b2c$" + SHA1,
            ":pbkdf2:sha512:30000:64:" + "c" * 24 + ":" + "d" * 88,
            ":B:1842e2ae:" + MD5,
        )
    ),
)
HITS = table(
    ("password: hunter2", ("hunter2",), "English"),
    ("Votre mot de passe : Tr0ub4dor&3.", ("Tr0ub4dor&3",), "French, end of a sentence"),
    ("Passwort: Geheim1!", ("Geheim1!",), "German"),
    ("La password \u00e8: Pippo2024!", ("Pippo2024!",), "Italian"),
    ("the password is: hunter2", ("hunter2",), "a sentence with a colon"),
    ("Le mot de passe est : azerty", ("azerty",), "French, likewise"),
    ("Das Passwort lautet: Geheim1!", ("Geheim1!",), "German, likewise"),
    ("mdp=azerty", ("azerty",), "French, short"),
    ("https://example.org/?user=a&pwd=abc123&x=1", ("abc123",), "a URL"),
    ('{"password": "s3cr3t", "a": 1}', ("s3cr3t",), "JSON"),
    ("'db_password' => 'x9x9',", ("x9x9",), "PHP"),
    ("define( 'DB_PASSWORD', 's3cr$t' );", ("s3cr$t",), "WordPress's settings"),
)
MISSES = table(
    ("password is required", (), "a sentence"),
    ("Password: required", (), "a rule"),
    ("La password \u00e8 obbligatoria", (), "an Italian sentence"),
    ("La password \u00e8: obbligatoria", (), "an Italian rule"),
    ("the password island: Corfu", (), "another word behind it"),
    ("Mot de passe oubli\u00e9 ?", (), "a link"),
    ("password: ********", (), "stars"),
    ("$password = $_POST['password'];", (), "a variable"),
    ("password=get_password()", (), "a call"),
    ("password: request.form.password", (), "code"),
    ("password: {{ pw }}", (), "a placeholder"),
    ("tests pass: 120, fail: 3", (), "another kind of pass"),
    ("hash " + MD5, (), "hexadecimal alone may be anything's"),
    ("compass: north", (), "part of a word"),
    ("costs $2 or $10", (), "amounts"),
)
HEADED = table(
    ("hunter2", ("hunter2",), "clear text"),
    (MD5, (MD5,), "MD5"),
    (SHA1, (SHA1,), "SHA-1"),
    ("*" + SHA1.upper(), ("*" + SHA1.upper(),), "MySQL"),
    (SHA256, (SHA256,), "SHA-256"),
    (MD5 + ":abc123", (MD5 + ":abc123",), "Joomla, old"),
    ("2024-01-01 10:00:00", (), "a moment"),
    ("1", (), "a flag"),
    ("true", (), "a flag"),
    ("********", (), "stars"),
    ("Forgot it? See the page", (), "a sentence"),
)


@HASHES
def test_a_hash_says_itself_what_it_is(case: Case) -> None:
    assert found(PASSWORDS, f"stored as {case.text} since") == case.expected


@HITS
def test_finds_a_password_behind_its_label(case: Case) -> None:
    assert found(PASSWORDS, case.text) == case.expected


@MISSES
def test_leaves_words_about_passwords(case: Case) -> None:
    assert found(PASSWORDS, case.text) == ()


@HEADED
def test_takes_whole_cells_under_a_header(case: Case) -> None:
    assert found_under_header(PASSWORDS, case.text) == case.expected


CLEAR = ["hunter2", "azerty", "Tr0ub4dor&3", "correcthorse"]


@pytest.mark.parametrize(
    "header", ["password", "passwd", "pwd", "mdp", "mot_de_passe", "Passwort", "user_pass", "pass", "email_password"]
)
def test_a_header_makes_a_claim_and_says_clear_text(header: str) -> None:
    judged = verdict("PASSWORD", header, CLEAR)
    assert judged is not None
    assert (judged.confidence, judged.evidence[0]) == ("high", "passwords, in clear text")


@pytest.mark.parametrize("header", ["password_hash", "pass_hash", "user_password"])
def test_hashes_are_said_to_be_hashes(header: str) -> None:
    judged = verdict("PASSWORD", header, [SHA256, MD5, BCRYPT])
    assert judged is not None
    assert (judged.confidence, judged.evidence[0]) == ("high", "passwords, stored as hashes")


def test_both_in_one_column_are_told() -> None:
    judged = verdict("PASSWORD", "password", [*CLEAR, BCRYPT])
    assert judged is not None
    assert judged.evidence[0] == "passwords, some as hashes, some in clear text"


@pytest.mark.parametrize(
    "header", ["password_reset_date", "last_password_change", "password_changed_at", "passwords_count"]
)
def test_moments_and_figures_about_passwords_are_nothing(header: str) -> None:
    assert confidence("PASSWORD", header, ["2024-01-01 10:00:00", "2024-02-01 10:00:00", "2"]) is None


@pytest.mark.parametrize("header", ["checksum", "etag", "c3", "password_salt", "password_token", "passenger"])
def test_hexadecimal_under_another_header_is_nothing(header: str) -> None:
    assert confidence("PASSWORD", header, [MD5, SHA1, SHA256]) is None


def test_bcrypt_counts_whatever_the_column_is_called() -> None:
    assert confidence("PASSWORD", "c3", [BCRYPT]) == "high"


def test_another_kind_of_pass_is_a_hint() -> None:
    assert confidence("PASSWORD", "ski_pass", ["weekend", "season"]) == "low"


def test_shows_the_kind_of_hash_and_nothing_of_clear_text() -> None:
    assert PASSWORDS.mask("hunter2") == "*** (clear text)"
    assert PASSWORDS.mask(BCRYPT) == "*** (bcrypt hash)"
    assert not PASSWORDS.tokenised
