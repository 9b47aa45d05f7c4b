"""An `s3://` URL taken apart: which bucket, what of it, at which endpoint, and as whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.errors import TargetError
from connectors.interface import SourceSpec

OPTIONS = ("endpoint_url", "region", "profile", "anonymous", "versions", "path_style", "instance_role", "only")
_SWITCHES = ("anonymous", "versions", "path_style", "instance_role")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_ENDPOINT = re.compile(r"https?://[^/?#@\s]+/?")
_LOCAL = re.compile(r"http://(?:localhost|127\.[0-9.]+|\[::1\])(?::\d+)?/?")


@dataclass(frozen=True)
class Target:
    """A bucket, or what lies at or below one key of it."""

    name: str
    """The source's name, for errors."""
    bucket: str
    key: str
    """Of the one object, or of the folder without its last `/`; empty for the whole bucket."""
    folder: bool
    """Whether the URL ends with `/`: then no object of this very key is meant."""
    only: str
    """What of it is walked, as a key relative to the root; empty for all."""
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    anonymous: bool = False
    versions: bool = False
    path_style: bool = False
    instance_role: bool = False
    access_key: str | None = None
    """None: by the usual chain."""
    secret: str | None = field(default=None, repr=False)

    @property
    def root(self) -> str:
        """What stands before every key below the target."""
        return f"{self.key}/" if self.key else ""

    @property
    def in_the_clear(self) -> bool:
        """Whether what is read passes a network without TLS."""
        return bool(self.endpoint and self.endpoint.startswith("http://") and not _LOCAL.fullmatch(self.endpoint))


def parse_target(spec: SourceSpec) -> Target:
    """Take a URL apart.

    Raises:
        TargetError: no bucket, an unknown option, or a value that none has.
    """
    parts = urlsplit(spec.url)
    options = _options(spec)
    bucket = parts.netloc.rpartition("@")[2]
    if not _BUCKET.fullmatch(bucket):
        raise TargetError(
            f"{spec.name}: no bucket can be called so; write s3://bucket/prefix, an endpoint in ?endpoint_url="
        )
    if parts.fragment:
        raise TargetError(f"{spec.name}: write # in a key as %23")
    try:
        key = unquote(parts.path.removeprefix("/"), errors="strict")
    except UnicodeDecodeError:
        raise TargetError(f"{spec.name}: the prefix is no UTF-8, which all keys are; check it") from None
    endpoint = options.get("endpoint_url") or None
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        raise TargetError(f"{spec.name}: endpoint_url is an address alone: https://host:port, without path or password")
    user = unquote(parts.username) if parts.username else None
    secret = spec.password if spec.password is not None else unquote(parts.password) if parts.password else None
    access_key, secret = _credentials(spec.name, user, secret, options)
    return Target(
        spec.name,
        bucket,
        key.removesuffix("/"),
        folder=key.endswith("/"),
        only=options.get("only", "").strip("/"),
        endpoint=endpoint,
        region=options.get("region") or None,
        profile=options.get("profile") or None,
        anonymous=options.get("anonymous") == "1",
        versions=options.get("versions") == "1",
        path_style=options.get("path_style") == "1",
        instance_role=options.get("instance_role") == "1",
        access_key=access_key,
        secret=secret,
    )


def _options(spec: SourceSpec) -> dict[str, str]:
    options = dict(parse_qsl(urlsplit(spec.url).query, keep_blank_values=True))
    for option, value in options.items():
        if option not in OPTIONS:
            near = get_close_matches(option, OPTIONS, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(sorted(OPTIONS))}"
            raise TargetError(f"{spec.name}: unknown option {option!r}{hint}")
        if option in _SWITCHES and value not in ("0", "1"):
            raise TargetError(f"{spec.name}: {option} is 0 or 1")
    return options


def _credentials(
    name: str, user: str | None, secret: str | None, options: dict[str, str]
) -> tuple[str | None, str | None]:
    """Give the key and the secret of the URL; both, or none.

    Raises:
        TargetError: one without the other, or beside another way.
    """
    if (user is None) != (secret is None):
        raise TargetError(
            f"{name}: an access key and its secret go together: s3://ACCESSKEY@bucket/?password_env=NAME, "
            "or neither, for the usual chain (environment, profile)"
        )
    others = [one for one in ("anonymous", "profile", "instance_role") if options.get(one) not in (None, "", "0")]
    if user is not None and others:
        raise TargetError(f"{name}: {others[0]} and an access key exclude each other; leave one out")
    return user, secret
