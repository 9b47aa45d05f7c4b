"""`recense.toml`."""

from importlib.resources import files

import pytest

from console.settings import read_settings
from scanner.errors import SettingsError

CONTRACT = """
[inventory]
url = "sqlite:///recense.db"
key_file = "recense.key"
[detect]
entities = ["CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER"]
phone_regions = ["FR", "CH", "CA", "BE", "US", "GB"]
recognizers = "recognizers.yaml"
[[source]]
name = "sql7"
url = "mysql://scanner@sql7/"
password_env = "SQL7_PASSWORD"
region = "CH"
client_pattern = "^(?P<client>[a-z0-9]+)_"
erase_url = "mysql://eraser@sql7/"
erase_password_env = "E"
include = ["*.*_wp*.*"]
exclude = ["*.wp_sessions"]
mode = "full"
schedule = "0 2 * * *"
window = "22:00-06:00"
timezone = "Europe/Zurich"
max_mb_per_s = 50
purpose = "orders of the shop"
recipients = ["carrier"]
retention = "3 years"
retention_field = "created_at"
expires_after = "90 days"
regions_allowed = ["CH", "FR"]
[[source.retain]]
assets = ["*.invoices"]
years = 10
reason = "legal_obligation"
[[client]]
name = "alice"
match = ["alice_*", "alicia*"]
role = "processor"
contact = "dpo@alice.example"
mandate = "DPA 2026-114, 2026-03-01"
scan = "full"
mail = false
[policy]
strict = false
"""


@pytest.fixture
def read(tmp_path):
    def parse(text):
        path = tmp_path / "recense.toml"
        path.write_text(text)
        return read_settings(path)

    return parse


def test_every_key_of_the_contract_is_known(read):
    settings = read(CONTRACT)
    (source,) = settings.scan.sources
    assert source.password_from == ("password_env", "SQL7_PASSWORD")
    assert (source.region, source.max_mb_per_s, source.recipients) == ("CH", 50.0, ("carrier",))
    assert source.retain[0].years == 10
    assert settings.scan.clients[0].mandate == "DPA 2026-114, 2026-03-01"


def test_relative_paths_count_from_the_folder_of_the_file(read, tmp_path):
    settings = read(CONTRACT)
    assert settings.inventory_url == f"sqlite:///{tmp_path}/recense.db"
    assert settings.key_file == f"{tmp_path}/recense.key"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[inventry]\nurl = "x"', "'inventory'"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\nclient_patern = "x"', "'client_pattern'"),
        ("[policy]\nstrict = 1", "true or false"),
        ('[[source]]\nurl = "file:///x"', "'name' is missing"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\ninclude = "x"', "list of texts"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\nclient_pattern = "("', "regular expression"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\nclient_pattern = "x"', "group"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\nmode = "fast"', "full, sample"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\nmax_mb_per_s = -1', "above 0"),
        ('[[source]]\nname = "a"\nurl = "file:///x"\n[[source]]\nname = "a"\nurl = "file:///y"', "two of"),
        ('[detect]\nphone_regions = ["UK1"]', "region"),
        ('[detect]\nner = "some"', "sample, all, off"),
        ("[source]\nname = 'a'", "[[source]]"),
        ("= broken", "no valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_right(read, text, hint):
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert hint in str(caught.value)
    assert "recense.toml" in str(caught.value)


def test_the_template_of_init_is_valid(read):
    text = files("console").joinpath("templates/recense.toml").read_text()
    assert read(text).scan.policy.strict


def test_the_examples_in_the_template_are_valid_too(read):
    lines = files("console").joinpath("templates/recense.toml").read_text().splitlines()
    is_example = [line.startswith("# ") and (" = " in line or line.startswith("# [[")) for line in lines]
    text = "\n".join(line[2:] if example else line for line, example in zip(lines, is_example, strict=True))
    assert [source.name for source in read(text).scan.sources] == ["sql7", "homes"]


@pytest.mark.parametrize(
    ("text", "ner"), [("", "sample"), ('[detect]\nner = "all"', "all"), ('[detect]\nner = "off"', "off")]
)
def test_how_free_text_is_searched_for_names_is_set_by_one_word(read, text, ner):
    assert read(text).scan.detect.ner == ner
