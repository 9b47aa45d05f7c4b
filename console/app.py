"""What every command is given: where the settings, the inventory and the key are, opened when first needed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from console.settings import FileSettings, read_settings

if TYPE_CHECKING:
    from inventory.store import Inventory

DEFAULT_URL = "sqlite:///recense.db"
DEFAULT_KEY = "recense.key"


@dataclass(frozen=True)
class App:
    """The flags and variables that stand before the command."""

    config: str | None = None
    inventory: str | None = None
    key_file: str | None = None
    actor: str | None = None
    quiet: bool = False
    verbose: bool = False

    @cached_property
    def settings(self) -> FileSettings:
        """What `recense.toml` says, or the defaults where there is none.

        Raises:
            SettingsError: it is wrong, with the line of what and the nearest known name.
        """
        if self.config is not None:
            return read_settings(Path(self.config))
        here = Path("recense.toml")
        return read_settings(here) if here.exists() else FileSettings()

    @property
    def url(self) -> str:
        return self.inventory or self.settings.inventory_url or DEFAULT_URL

    def open(self, *, create: bool = False) -> Inventory:
        """Open the inventory; with `create`, make it and its key where they are not there yet.

        Raises:
            InventoryError: it cannot be opened, or the key is lost or wrong.
        """
        from inventory.database import database_path  # noqa: PLC0415 --help needs no cryptography
        from inventory.store import Inventory  # noqa: PLC0415

        beside = database_path(self.url).with_name(DEFAULT_KEY)
        named = self.key_file or self.settings.key_file
        inventory = Inventory(
            self.url, Path(named) if named else beside, create=create, actor=self.actor, syslog=self.settings.syslog
        )
        if inventory.made_key and not self.quiet:
            self._tell_of_key(inventory.key_file, beside=not named or Path(named).parent == beside.parent)
        return inventory

    def _tell_of_key(self, path: Path, *, beside: bool) -> None:
        self.say(f"made the key file {path}: without it nothing can be looked up, so keep a copy in a safe place")
        if beside:
            self.say(f"warning: {path} lies beside the inventory; keep it elsewhere than the inventory and its backups")

    def warn_of_unknown_client(self, inventory: Inventory, client: str | None) -> None:
        """Tell apart "nothing is known of this client" and "there is no such client"."""
        if client is not None and not inventory.knows_client(client):
            self.tell(f"warning: no client is named {client!r} in the inventory; `recense client list` names them")

    def tell(self, text: str) -> None:
        """Tell an error, also when quiet."""
        sys.stderr.write(f"recense: {text}\n")

    def say(self, text: str) -> None:
        """Tell the person at the terminal something; never on stdout."""
        if not self.quiet:
            self.tell(text)


def cores() -> int:
    """Give how many cores this process may use."""
    return max(1, len(os.sched_getaffinity(0)))
