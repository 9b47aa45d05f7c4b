"""Fixtures for every room: the private database servers."""

pytest_plugins = ["tests.servers.postgresql", "tests.servers.mariadb"]
