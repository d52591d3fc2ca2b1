"""examples/php/shop behind nginx and PHP-FPM, as a merchant runs it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fpm import LIBRARY, Fpm
from php_shop import PhpShop, copied


class FpmShop(PhpShop):
    """As PhpShop, with other servers before it."""

    def __init__(
        self,
        folder: Path,
        gateway: dict[str, Any],
        *,
        workers: int = 4,
        pool: Mapping[str, object] | None = None,
        **config: Any,
    ) -> None:
        self.folder, self.database = copied(folder / "shop"), folder / "orders.db"
        env = {
            "SHOP_CONFIG": str(folder / "config.json"),
            "KOPECK_LIBRARY": str(LIBRARY / "autoload.php"),
        }
        self.env, self.server = {**os.environ, **env}, None
        self.fpm = Fpm(workers, self.folder / "public", pool=pool, env=env)
        self.url, self.port = self.fpm.origin, int(self.fpm.origin.rpartition(":")[2])
        self.log = self.fpm.folder / "php.log"
        self.log.touch()
        own = {"url": self.url, "database": str(self.database), "patience_ms": 0}
        (folder / "config.json").write_text(json.dumps({**own, "gateway": gateway, **config}))
        self.start()

    def start(self) -> None:
        self.fpm.__enter__()

    def kill(self) -> None:
        """Both servers, for good."""
        self.fpm.stop()
