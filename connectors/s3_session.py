"""The client of a store of objects, and who it speaks as.

Credentials come by the usual chain of the AWS tools: environment, profile (also roles to assume, single sign-on,
processes), containers. The metadata service of a cloud machine, an address on the network that is no source, is asked
only where that is wanted: by `?instance_role=1`, or by a profile that names it as its `credential_source`.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from connectors.interface import SourceSpec
from connectors.s3_url import Target

CONNECTIONS = 16
"""At one time, at most."""
_READ_SECONDS = 60.0
"""That an answer may stand still, where the statement time-out is not shorter."""
_TRIES = 5


def connect(spec: SourceSpec, target: Target, *, anonymous: bool = False) -> Any:
    """Make a client; nothing is asked yet, save for what a profile says about its credentials.

    Args:
        spec: for the time-outs.
        target: whom to speak to, and as whom.
        anonymous: as nobody, whatever the target says.

    Raises:
        botocore's errors, where the profile is none.
    """
    _quiet()
    core = botocore.session.Session(profile=target.profile)
    if not target.instance_role:
        core.get_component("credential_provider").remove("iam-role")
    session = boto3.session.Session(botocore_session=core)
    nobody = anonymous or target.anonymous
    style = "path" if target.path_style or target.endpoint else "auto"
    config = Config(
        signature_version=UNSIGNED if nobody else None,
        connect_timeout=spec.connect_timeout,
        read_timeout=min(_READ_SECONDS, spec.statement_timeout),
        retries={"mode": "standard", "total_max_attempts": _TRIES},
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
        # Parts of objects have no checksum, and servers that are only compatible do not know the newer headers.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": style},
        user_agent_appid="recense",
    )
    known = {} if nobody else {"aws_access_key_id": target.access_key, "aws_secret_access_key": target.secret}
    region = target.region or session.region_name or "us-east-1"
    return session.client("s3", endpoint_url=target.endpoint, region_name=region, config=config, **known)


@cache
def _quiet() -> None:
    """Keep the libraries from logging: their lines hold keys of objects and signed headers."""
    for name in ("boto3", "botocore", "s3transfer", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
