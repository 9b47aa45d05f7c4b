"""PostgreSQL: the contract, and what its types, rights and encodings ask for."""

from __future__ import annotations

import pytest

from connectors.interface import SourceSpec
from connectors.postgresql_session import quoted
from tests.connectors.contract import DENIED, SECRET, Store, TableContract, load

PASSWORD = "scan'n%ing: pass@word/"


@pytest.fixture(scope="module")
def role(postgresql_server):
    """A role that may log in and was given nothing."""
    postgresql_server.psql(f"CREATE ROLE scanner LOGIN PASSWORD $${PASSWORD}$$")
    yield "scanner"
    postgresql_server.psql("DROP ROLE scanner")


def grant(server, database, *schemas):
    """Give the role what the connector itself says it needs."""
    server.psql(f'GRANT CONNECT ON DATABASE "{database}" TO scanner')
    for schema in schemas or ("public",):
        server.psql(
            f"GRANT USAGE ON SCHEMA {schema} TO scanner; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO scanner",
            database,
        )


@pytest.fixture(scope="module")
def store(postgresql_server, role):
    statements: list[str] = []
    load(statements.append, quoted, lambda n: f"repeat('x', {n})")
    with postgresql_server.database("shop") as database:
        postgresql_server.psql(";\n".join(statements), database)
        grant(postgresql_server, database)
        postgresql_server.psql(f"REVOKE ALL ON {DENIED} FROM scanner; ANALYZE", database)
        spec = SourceSpec("shop", postgresql_server.url(database, role), PASSWORD)
        counted = "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), count(*) FROM pg_stat_user_tables"
        yield Store(
            spec,
            "shop.public.",
            state=lambda: postgresql_server.psql(counted, database),
            refused=SourceSpec("shop", spec.url, SECRET),
        )


class TestContract(TableContract):
    """What every database connector does."""
