"""Fixtures for every room: the private servers."""

pytest_plugins = ["tests.servers.postgresql", "tests.servers.mariadb", "tests.servers.sshd", "tests.servers.weed"]
