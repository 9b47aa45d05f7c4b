"""What a scan may do in a bucket, who else can reach it, and the least that a scan needs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from botocore import exceptions as refused

from connectors.errors import ConnectorError
from connectors.interface import Right
from connectors.s3_errors import code_of
from connectors.s3_list import entries
from connectors.s3_object import FAULTS, S3Object
from connectors.s3_url import Target

_EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_READING = ("READ", "FULL_CONTROL")
_TRIED = 20
"""Objects that are tried, one by one."""


def is_public(client: Any, nobody: Any, target: Target) -> bool | None:
    """Say whether everybody on the network can list or read the bucket, as a whole; None where that cannot be told.

    Asked are its policy's status, its access list, what blocks both, and at last, as nobody, its list and first object.
    Access lists of single objects are not looked at, since each would take a request.

    Args:
        client: of the store, with the scan's credentials.
        nobody: likewise without.
        target: the bucket.
    """
    answers = [_by_policy(client, target.bucket), _by_list(client, target.bucket)]
    if True in answers:
        return True
    with suppress(*FAULTS):
        nobody.list_objects_v2(Bucket=target.bucket, Prefix=target.root, MaxKeys=1)
        return True
    with suppress(*FAULTS):
        for told in client.list_objects_v2(Bucket=target.bucket, Prefix=target.root, MaxKeys=1).get("Contents", ()):
            nobody.get_object(Bucket=target.bucket, Key=told["Key"], Range="bytes=0-0")["Body"].close()
            return True
    return None if None in answers else False


def _by_policy(client: Any, bucket: str) -> bool | None:
    try:
        return bool(client.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"])
    except refused.ClientError as error:
        return False if code_of(error) == "NoSuchBucketPolicy" else None
    except (refused.BotoCoreError, OSError, KeyError):
        return None


def _by_list(client: Any, bucket: str) -> bool | None:
    try:
        grants = client.get_bucket_acl(Bucket=bucket)["Grants"]
    except (*FAULTS, KeyError):
        return None
    open_to = any(
        grant.get("Grantee", {}).get("URI") in _EVERYBODY and grant.get("Permission") in _READING for grant in grants
    )
    return open_to and not _ignored(client, bucket)


def _ignored(client: Any, bucket: str) -> bool:
    try:
        block = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except (*FAULTS, KeyError):
        return False
    return bool(block.get("IgnorePublicAcls"))


def check_bucket(client: Any, target: Target, public: bool | None) -> Iterator[Right]:
    """Say what may be read, who else can, and what could be written.

    Args:
        client: of the store.
        target: the bucket.
        public: what `is_public` says.

    Raises:
        botocore's errors, where not even the list can be had.
    """
    name = target.name
    if target.in_the_clear:
        yield Right(name, "warning", "what is read passes the network unencrypted; use an endpoint with https://")
    met = denied = 0
    for entry in islice(entries(client, target), _TRIED):
        met += 1
        if entry.error or not entry.size:
            continue
        try:
            S3Object(client, target.bucket, entry.place).close()
        except ConnectorError as error:
            denied += 1
            yield Right(entry.name, "error", str(error))
    if public:
        yield Right(
            name,
            "warning",
            "everybody on the network can list or read this bucket; close it, unless it is a web site's",
        )
    elif public is None:
        reason = "whether everybody can read this bucket may not be asked; the policy below lets a scan ask"
        yield Right(name, "warning", reason)
    if _may_write(client, target):
        yield Right(name, "warning", "these credentials may write to the bucket (s3:PutObject); reading is enough")
    tried = (
        "no object lies there" if not met else f"the first {met} {'object was' if met == 1 else 'objects were'} tried"
    )
    yield Right(name, "ok", f"the bucket can be listed; {tried}" + (f"; {met - denied} can be read" if met else ""))


def _may_write(client: Any, target: Target) -> bool:
    """Ask whether objects may be written, without writing: for a part of an upload that was never begun.

    The right is looked at before the upload, so that the answer is a refusal, or that there is no such upload.
    """
    try:
        client.upload_part(
            Bucket=target.bucket, Key=f"{target.root}recense-check", UploadId="none", PartNumber=1, Body=b""
        )
    except refused.ClientError as error:
        return code_of(error) == "NoSuchUpload"
    except (refused.BotoCoreError, OSError):
        return False
    return False


def policy_for(target: Target) -> list[str]:
    """Write the smallest policy, for an IAM user or role on AWS, that lets a scan read what the target names."""
    if target.anonymous:
        return []
    bucket, root = f"arn:aws:s3:::{target.bucket}", _literally(target.root)
    key = _literally(target.key)
    listing: dict[str, Any] = {
        "Effect": "Allow",
        "Action": ["s3:ListBucket", *(["s3:ListBucketVersions"] if target.versions else [])],
        "Resource": bucket,
    }
    if target.key:
        listing["Condition"] = {"StringLike": {"s3:prefix": [key, f"{root}*"]}}
    statements = [
        listing,
        {
            "Effect": "Allow",
            "Action": ["s3:GetBucketPolicyStatus", "s3:GetBucketAcl", "s3:GetBucketPublicAccessBlock"],
            "Resource": bucket,
        },
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", *(["s3:GetObjectVersion"] if target.versions else [])],
            "Resource": [f"{bucket}/{key}", f"{bucket}/{root}*"] if target.key else f"{bucket}/*",
        },
    ]
    return [
        "# The policy of an IAM user or role on AWS; where objects lie under a KMS key, add kms:Decrypt on that key.",
        json.dumps({"Version": "2012-10-17", "Statement": statements}, ensure_ascii=False),
    ]


def _literally(text: str) -> str:
    """Write text so that a policy takes it as it is."""
    return "".join(f"${{{one}}}" if one in "*?$" else one for one in text)
