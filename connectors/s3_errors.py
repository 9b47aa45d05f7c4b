"""What a store of objects or the way to it answers, in our words; its own may name keys, and requests hold signatures.

Nothing of the library's error goes along, not even as its cause: what it says quotes addresses, keys and requests.

Sources: Amazon S3 API reference, "Error responses"; botocore.exceptions.
"""

from __future__ import annotations

import re

from botocore import exceptions as refused

from connectors.errors import ConnectorError, ReadError, SourceError
from connectors.interface import Cause

ARCHIVED = (
    "it lies in an archive (storage class {}), where reading takes a restore that costs money; "
    "restore it, then scan again"
)
_DENIED = "no right to read it; `recense sources check` prints the policy that gives it"
_NO_LIST = "these credentials may not list the bucket; `recense sources check` prints the policy that lets them"
_CUSTOMER_KEY = (
    "it is encrypted with a key of the client's own (SSE-C), which the store does not keep; only the client can read it"
)
_KMS = "it is encrypted under a KMS key that may not be used; give the scan kms:Decrypt on that key"
_OBJECT: dict[str, tuple[Cause, str]] = {
    "NoSuchKey": (Cause.GONE, "it was removed while the scan ran"),
    "NoSuchVersion": (Cause.GONE, "this version was removed while the scan ran"),
    "404": (Cause.GONE, "it was removed while the scan ran"),
    "MethodNotAllowed": (Cause.GONE, "it was removed while the scan ran"),
    "PreconditionFailed": (Cause.GONE, "it was replaced since it was listed; scan again"),
    "412": (Cause.GONE, "it was replaced since it was listed; scan again"),
    "InvalidRange": (Cause.GONE, "it was replaced since it was listed; scan again"),
    "InvalidObjectState": (Cause.OTHER, ARCHIVED.format("of an archive")),
    "AccessDenied": (Cause.DENIED, _DENIED),
    "Forbidden": (Cause.DENIED, _DENIED),
    "403": (Cause.DENIED, _DENIED),
    "AllAccessDisabled": (Cause.DENIED, "the store has closed all access to it"),
}
_WHOLE: dict[str, str] = {
    "NoSuchBucket": "there is no such bucket; check its name and the endpoint",
    "InvalidBucketName": "no bucket can be called so; check its name",
    "AccessDenied": _NO_LIST,
    "Forbidden": _NO_LIST,
    "403": _NO_LIST,
    "AllAccessDisabled": "the store has closed all access to the bucket",
    "SignatureDoesNotMatch": "the secret does not belong to the access key; check both",
    "InvalidAccessKeyId": "the store does not know the access key; check it and the endpoint",
    "InvalidToken": "the session token is not valid; log in again",
    "ExpiredToken": "the credentials have expired; renew them",
    "TokenRefreshRequired": "the credentials have expired; renew them",
    "RequestTimeTooSkewed": "this machine's clock is wrong by more than a quarter of an hour; set it",
    "AuthorizationHeaderMalformed": "the bucket lies in another region; say it as ?region=",
    "IllegalLocationConstraintException": "the bucket lies in another region; say it as ?region=",
    "PermanentRedirect": "the bucket lies in another region; say it as ?region=",
    "301": "the bucket lies in another region; say it as ?region=",
}
_CREDENTIALS = frozenset(_WHOLE) - {"AccessDenied", "Forbidden", "403", "AllAccessDisabled"}
"""Answers that mean the source as a whole, also where an object was asked for."""
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,60}")


def about_object(error: Exception) -> ConnectorError:
    """Say why an object cannot be read: a `ReadError`, or a `SourceError` where nothing of the source can be."""
    if not isinstance(error, refused.ClientError):
        return _way(error) or ReadError(Cause.LOST, "the connection broke, again and again; scan again")
    code, said = code_of(error), str(error.response.get("Error", {}).get("Message", "")).lower()
    if code in _CREDENTIALS:
        return SourceError(_WHOLE[code])
    return ReadError(*_about_object(code, said, status_of(error)))


def _about_object(code: str, said: str, status: int) -> tuple[Cause, str]:
    if code in ("InvalidRequest", "InvalidArgument", "400") and ("encryption" in said or code == "400"):
        return Cause.DENIED, _CUSTOMER_KEY
    if code.startswith("KMS.") or (code == "AccessDenied" and "kms:" in said):
        return Cause.DENIED, _KMS
    if code in _OBJECT:
        return _OBJECT[code]
    if status >= 500 or code in ("SlowDown", "RequestTimeout", "Throttling", "ThrottlingException"):
        return Cause.LOST, f"the store could not answer ({_plain(code)}), again and again; scan at a quieter hour"
    return Cause.OTHER, f"the store refuses it ({_plain(code)})"


def about_source(error: Exception) -> SourceError:
    """Say why a bucket cannot be used."""
    if not isinstance(error, refused.ClientError):
        return _way(error) or SourceError("the connection broke, again and again; check the network, and scan again")
    code = code_of(error)
    if code in _WHOLE:
        return SourceError(_WHOLE[code])
    if status_of(error) >= 500:
        return SourceError(f"the store could not answer ({_plain(code)}), again and again; scan at a quieter hour")
    return SourceError(f"the store refuses to list the bucket ({_plain(code)}); check bucket and endpoint")


def code_of(error: refused.ClientError) -> str:
    """Give the code of an answer; the HTTP status where the store gives no other."""
    return str(error.response.get("Error", {}).get("Code") or status_of(error))


def status_of(error: refused.ClientError) -> int:
    """Give the HTTP status of an answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _plain(code: str) -> str:
    return code if _PLAIN.fullmatch(code) else "an unknown reason"


_NOBODY = (
    "no credentials: none in the URL, the environment (AWS_ACCESS_KEY_ID) or a profile; ?anonymous=1 does without, "
    "?instance_role=1 asks the cloud machine that this runs on"
)
_WAYS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (refused.NoCredentialsError,),
        _NOBODY,
    ),
    ((refused.PartialCredentialsError,), "the credentials are not whole: an access key and its secret go together"),
    ((refused.ProfileNotFound,), "there is no such profile; check ?profile=, AWS_PROFILE and ~/.aws/config"),
    (
        (refused.ConfigParseError, refused.ConfigNotFound),
        "~/.aws/config or ~/.aws/credentials cannot be read; check it",
    ),
    (
        (refused.CredentialRetrievalError, refused.TokenRetrievalError, refused.MetadataRetrievalError),
        "the profile's credentials cannot be had; log in again, or check what it names",
    ),
    (
        (refused.SSLError,),
        "its TLS certificate cannot be trusted; AWS_CA_BUNDLE names the file of an authority of your own",
    ),
    ((refused.ConnectTimeoutError,), "no answer in time; check the endpoint and the firewall"),
    ((refused.ProxyConnectionError,), "the proxy does not answer; check HTTPS_PROXY"),
    ((refused.EndpointConnectionError,), "nothing answers at the endpoint; check its address and that the store runs"),
    ((refused.NoRegionError, refused.InvalidRegionError), "the region is none; say it as ?region="),
    ((refused.UnknownEndpointError,), "there is no such endpoint; check ?endpoint_url= and ?region="),
)


def _way(error: Exception) -> SourceError | None:
    """Say why nothing could be asked at all; None where a connection was there and broke."""
    for kinds, reason in _WAYS:
        if isinstance(error, kinds):
            return SourceError(reason)
    broke = (refused.HTTPClientError, refused.IncompleteReadError, OSError)
    if isinstance(error, refused.BotoCoreError) and not isinstance(error, broke):
        return SourceError(f"the request could not be made ({type(error).__name__}); check the URL and the profile")
    return None
