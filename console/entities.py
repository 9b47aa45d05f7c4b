"""Checks the names of entities and the settings of detection before anything is written."""

from __future__ import annotations

from difflib import get_close_matches

from detectors import registry
from detectors.interface import DetectSettings, UnknownEntityError
from scanner.errors import SettingsError


def check_entity(entity: str | None, detect: DetectSettings) -> None:
    """Refuse the name of an entity that nothing finds.

    Raises:
        UnknownEntityError: naming the nearest known ones.
    """
    known = {*registry.entities(), *registry.TABLE_ENTITIES}
    if detect.recognizers is not None:
        from detectors.declared import declared_entities  # noqa: PLC0415 only where there is such a file

        known |= set(declared_entities(detect.recognizers))
    if entity is not None and entity not in known:
        near = get_close_matches(entity.upper(), known, 3, 0.4) or sorted(known)
        raise UnknownEntityError(f"{entity}: no such entity; did you mean {', '.join(near)}?")


def check_detection(detect: DetectSettings) -> None:
    """Refuse settings of detection that no worker could follow.

    Raises:
        SettingsError: no entity is left.
        DetectorError: an unknown entity or region, or a recognizer file that cannot be loaded.
    """
    if detect.entities is not None and not detect.entities:
        raise SettingsError("[detect] entities is empty, so nothing would be found; leave it out to look for all")
    for entity in detect.entities or ():
        check_entity(entity, detect)
    registry.make(detect)
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 `findings` needs only the names above

    if unknown := set(detect.phone_regions) - SUPPORTED_REGIONS:
        raise SettingsError(f"[detect] phone_regions: {min(unknown)} is no region; write such as FR, CH, GB (not UK)")
    if detect.recognizers is not None:
        from detectors.own import own_detectors  # noqa: PLC0415 Presidio takes seconds to import

        own_detectors(detect)
