"""Reads `recense.toml`: every key is known or an error that names the nearest known one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from detectors.interface import NER_MODES, DetectSettings
from scanner.errors import SettingsError
from scanner.settings import BOUNDS, ClientRule, Policy, RetainRule, ScanSource, Settings
from scanner.window import parse_window, zone_of

_T = TypeVar("_T")
_SYSLOG = ("auth", "authpriv", "daemon", "user", *(f"local{n}" for n in range(8)))


@dataclass(frozen=True)
class FileSettings:
    """What a settings file says."""

    scan: Settings = field(default_factory=Settings)
    """For scanning and all that stands on it."""
    inventory_url: str | None = None
    key_file: str | None = None
    syslog: str | None = None
    """Facility to which the audit trail's seals go."""


def read_settings(path: Path) -> FileSettings:
    """Read a settings file; relative paths in it count from its folder.

    Raises:
        SettingsError: it cannot be read, is no TOML, or has an unknown key or a value of the wrong kind.
    """
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path}: the settings cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: no valid TOML ({error})") from error
    return _Reader(path).settings(document)


class _Reader:
    """Turns a parsed document into values, naming the place of whatever is wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def settings(self, document: Mapping[str, Any]) -> FileSettings:
        top = self._table(document, "", {"inventory", "detect", "files", "source", "client", "policy", "audit"})
        inventory = self._table(top.get("inventory", {}), "inventory", {"url", "key_file"})
        audit = self._table(top.get("audit", {}), "audit", {"syslog"})
        sources = tuple(self._source(one, n) for n, one in enumerate(self._tables(top, "source"), 1))
        clients = tuple(self._client(one, n) for n, one in enumerate(self._tables(top, "client"), 1))
        self._unique("source", [source.name for source in sources])
        self._unique("client", [client.name for client in clients])
        policy = self._table(top.get("policy", {}), "policy", {"strict"})
        strict = self._value(policy, "policy", "strict", bool) or False
        self._bounds(top.get("files", {}))
        return FileSettings(
            Settings(
                sources,
                clients,
                Policy(strict),
                self._detect(top.get("detect", {})),
                self._bounds(top.get("files", {})),
            ),
            self._inventory_url(self._value(inventory, "inventory", "url", str)),
            self._relative(self._value(inventory, "inventory", "key_file", str)),
            self._one_of(audit, "audit", "syslog", _SYSLOG),
        )

    def _detect(self, value: object) -> DetectSettings:
        table = self._table(value, "detect", {"entities", "phone_regions", "recognizers", "ner"})
        entities = self._strings(table, "detect", "entities")
        regions = self._strings(table, "detect", "phone_regions")
        for region in regions or ():
            if not re.fullmatch(r"[A-Z]{2}", region):
                self._fail(f"[detect] phone_regions: {region!r} is no region; write two capitals such as FR or GB")
        default = DetectSettings()
        return DetectSettings(
            entities,
            regions or default.phone_regions,
            self._relative(self._value(table, "detect", "recognizers", str)),
            self._one_of(table, "detect", "ner", NER_MODES) or default.ner,
        )

    def _bounds(self, value: object) -> tuple[tuple[str, float], ...]:
        """Read what opening one file may take."""
        table = self._table(value, "files", {*BOUNDS, "ocr"})
        told = {key: self._number(table, "files", key) for key in BOUNDS}
        if self._value(table, "files", "ocr", bool) is False:
            told["ocr"] = 0.0
        return tuple((key, number) for key, number in told.items() if number is not None)

    def _source(self, value: object, n: int) -> ScanSource:
        where = f"source {n}"
        keys = {
            *("name", "url", "password_env", "password_file", "region", "client", "client_pattern", "erase_url"),
            *(
                "erase_password_env",
                "erase_password_file",
                "include",
                "exclude",
                "mode",
                "schedule",
                "window",
                "timezone",
            ),
            *(
                "max_mb_per_s",
                "purpose",
                "recipients",
                "retention",
                "retention_field",
                "expires_after",
                "regions_allowed",
            ),
            "retain",
        }
        table = self._table(value, where, keys)
        texts = {key: self._value(table, where, key, str) for key in _SOURCE_TEXTS}
        lists = {
            key: self._strings(table, where, key) or ()
            for key in ("include", "exclude", "recipients", "regions_allowed")
        }
        self._forms(texts, where)
        return ScanSource(
            name=self._required(table, where, "name"),
            url=self._source_url(self._required(table, where, "url")),
            password_from=self._password(table, where, "password"),
            erase_password_from=self._password(table, where, "erase_password"),
            client_pattern=self._pattern(table, where),
            mode=self._one_of(table, where, "mode", ("full", "sample")) or "full",
            max_mb_per_s=self._number(table, where, "max_mb_per_s"),
            retain=tuple(self._retain(one, f"{where}, retain") for one in self._tables(table, "retain")),
            **texts,  # type: ignore[arg-type]  # texts and lists are told apart by their names above
            **lists,  # type: ignore[arg-type]
        )

    def _forms(self, texts: Mapping[str, str | None], where: str) -> None:
        """Hold what a scan does not look at to its form as well."""
        for key, (form, example) in _FORMS.items():
            if (text := texts[key]) is not None and not re.fullmatch(form, text):
                self._fail(f"{_place(where)}{key!r} is not understood; write it as {example!r}")
        try:
            zone = zone_of(texts["timezone"])
            if texts["window"] is not None:
                parse_window(texts["window"], zone)
            if texts["schedule"] is not None:
                from scanner.cron import parse_cron  # noqa: PLC0415 commands start without it

                parse_cron(texts["schedule"], zone)
        except SettingsError as error:
            self._fail(f"{_place(where)}{error}")

    def _client(self, value: object, n: int) -> ClientRule:
        where = f"client {n}"
        table = self._table(value, where, {"name", "match", "role", "contact", "mandate", "scan", "mail"})
        return ClientRule(
            name=self._required(table, where, "name"),
            match=self._strings(table, where, "match") or (),
            role=self._one_of(table, where, "role", ("processor", "controller")) or "processor",
            contact=self._value(table, where, "contact", str),
            mandate=self._value(table, where, "mandate", str),
            scan=self._one_of(table, where, "scan", ("full", "none", "names")) or "full",
            mail=self._value(table, where, "mail", bool) or False,
        )

    def _retain(self, value: object, where: str) -> RetainRule:
        table = self._table(value, where, {"assets", "years", "reason"})
        return RetainRule(
            self._strings(table, where, "assets") or (),
            self._value(table, where, "years", int) or 0,
            self._value(table, where, "reason", str) or "legal_obligation",
        )

    # single values

    def _table(self, value: object, where: str, known: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._fail(f"{_place(where)}is no table")
        for key in value:
            if key not in known:
                near = get_close_matches(key, known, 1, 0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(sorted(known))}"
                self._fail(f"{_place(where)}unknown key {key!r}; {hint}")
        return value

    def _tables(self, table: Mapping[str, Any], key: str) -> list[Any]:
        value = table.get(key, [])
        if not isinstance(value, list):
            self._fail(f"{key!r} is no list of tables; write [[{key}]]")
        return value

    def _value(self, table: Mapping[str, Any], where: str, key: str, kind: type[_T]) -> _T | None:
        value = table.get(key)
        if value is not None and type(value) is not kind:
            self._fail(f"{_place(where)}{key!r} must be {_KINDS[kind]}")
        return value

    def _required(self, table: Mapping[str, Any], where: str, key: str) -> str:
        return self._value(table, where, key, str) or self._fail(f"{_place(where)}{key!r} is missing")

    def _strings(self, table: Mapping[str, Any], where: str, key: str) -> tuple[str, ...] | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._fail(f"{_place(where)}{key!r} must be a list of texts")
        return tuple(value)

    def _number(self, table: Mapping[str, Any], where: str, key: str) -> float | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            self._fail(f"{_place(where)}{key!r} must be a number above 0")
        return float(value)

    def _one_of(self, table: Mapping[str, Any], where: str, key: str, known: tuple[str, ...]) -> str | None:
        value = self._value(table, where, key, str)
        if value is not None and value not in known:
            self._fail(f"{_place(where)}{key!r} must be one of: {', '.join(known)}")
        return value

    def _password(self, table: Mapping[str, Any], where: str, stem: str) -> tuple[str, str] | None:
        if (variable := self._value(table, where, f"{stem}_env", str)) is not None:
            return "password_env", variable
        path = self._relative(self._value(table, where, f"{stem}_file", str))
        return None if path is None else ("password_file", path)

    def _pattern(self, table: Mapping[str, Any], where: str) -> str | None:
        text = self._value(table, where, "client_pattern", str)
        if text is None:
            return None
        try:
            groups = re.compile(text).groupindex
        except re.error as error:
            self._fail(f"{_place(where)}'client_pattern' is no regular expression ({error})")
        if "client" not in groups:
            self._fail(f"{_place(where)}'client_pattern' has no group (?P<client>…)")
        return text

    def _relative(self, path: str | None) -> str | None:
        return None if path is None else str(self._path.parent / path)

    def _inventory_url(self, url: str | None) -> str | None:
        prefix = "sqlite:///"
        if url is None or not url.startswith(prefix) or url.startswith(f"{prefix}/"):
            return url
        return f"{prefix}{self._path.parent / url.removeprefix(prefix)}"

    def _source_url(self, url: str) -> str:
        """Understand a plain path as a folder, and a relative one from the settings' folder."""
        if "://" not in url:
            return (self._path.parent / url).absolute().as_uri()
        return self._inventory_url(url) or url

    def _unique(self, what: str, names: list[str]) -> None:
        for name in names:
            if names.count(name) > 1:
                self._fail(f"two of [[{what}]] are named {name!r}; names tell them apart")

    def _fail(self, message: str) -> NoReturn:
        raise SettingsError(f"{self._path}: {message}")


_SOURCE_TEXTS = (
    *("region", "client", "erase_url", "schedule", "window", "timezone", "purpose", "retention"),
    *("retention_field", "expires_after"),
)
_FORMS = {
    "region": (r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "CH"),
}
_KINDS: dict[type, str] = {str: "a text", bool: "true or false", int: "a whole number"}


def _place(where: str) -> str:
    return f"[{where}] " if where else ""
