"""What PHP-FPM does to a worker, and what the kept client does then."""

from __future__ import annotations

from fpm import Fpm


def test_starts_reloads_and_ends() -> None:
    with Fpm(workers=3) as fpm:
        fpm.page("pid.php", "echo getmypid(), ' ', KOPECK_EXTENSION_ABI;")
        status, _, body = fpm.get("pid.php")
        assert (status, body.split()[1]) == (200, "1")
        before = fpm.workers()
        assert int(body.split()[0]) in before
        assert len(before) == 3
        fpm.reload()
        assert not set(before) & set(fpm.workers())
        assert fpm.get("pid.php")[0] == 200
    assert not fpm.workers()
    assert not fpm.folder.exists()
