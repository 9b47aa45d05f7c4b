"""What kind of place a file lies in, by the paths that hosts have."""

from __future__ import annotations

import pytest

from connectors.exposed import is_mail, places


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("alice/public_html/export.csv", {"web root"}),
        ("domains/example.org/public_html/wp-content/uploads/orders.xlsx", {"web root"}),
        ("vhosts/example.ch/httpdocs/.env", {"web root"}),
        ("clients/client1/web12/web/index.php", {"web root"}),
        ("var/www/html/dump.sql", {"web root", "backup"}),
        ("srv/www/shop/a.txt", {"web root"}),
        ("alice/www/.htpasswd", set()),
        ("alice/documents/web/notes.txt", set()),
        ("alice/docs/html/page.html", set()),
        ("alice/backups/2024/site.tar.gz", {"backup"}),
        ("backup-11.24.2024_alice.tar.gz", {"backup"}),
        ("cpmove-alice.tar.gz", {"backup"}),
        ("alice/shop.sql.gz", {"backup"}),
        ("alice/config.php.bak", {"backup"}),
        ("alice/config.php~", {"backup"}),
        ("alice/logs/access.log.3.gz", {"log"}),
        ("alice/access-logs/example.org", {"log"}),
        ("alice/error_log", {"log"}),
        ("alice/catalog.csv", set()),
        ("alice/mail/example.org/jane/cur/1700000000.M1P2.host:2,S", {"mailbox"}),
        ("alice/Maildir/new/1", {"mailbox"}),
        ("alice/boxes/new/1700000000.M1P2.host:2,S", {"mailbox"}),
        ("alice/tmp/upload.csv", set()),
        ("alice/tmp/sess_abc", set()),
        ("alice/public_html/new/list.csv", {"web root"}),
        ("alice/old-mail.mbox", {"mailbox"}),
        ("alice/dumpling-recipes.txt", set()),
        ("alice/blog/post.txt", set()),
    ],
)
def test_the_path_says_what_kind_of_place_it_is(path, expected):
    assert set(places(path)) == expected


def test_what_all_may_read_is_said(tmp_path):
    assert places("alice/a.csv", 0o100644) == ("world-readable",)
    assert places("alice/a.csv", 0o100640) == ()
    assert places("alice/www/a.csv", 0o100644) == ("web root", "world-readable")


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("a.zip!list.csv", "csv", False),
        ("Inbox", "mbox", True),
        ("b.tgz!homedir/mail/example.org/jane/cur/1700000000.M1P2.host:2,S", "text", True),
        ("b.tgz!homedir/boxes/cur/1700000000.M1P2.host:2,S", "text", True),
        ("b.tgz!homedir/docs/letter.eml", "eml", True),
        ("m.eml!contacts.csv", "csv", True),
        ("b.tgz!homedir/tmp/upload.csv", "csv", False),
        ("b.tgz!homedir/public_html/a.csv", "csv", False),
    ],
)
def test_what_is_mail_is_told_by_path_and_kind_in_archives_too(path, kind, expected):
    assert is_mail(path, kind) is expected
