"""examples/php/shop behind nginx and PHP-FPM, as a merchant runs it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fpm import LIBRARY, Fpm
from php_shop import SHOP, PhpShop, copied


class FpmShop(PhpShop):
    """As PhpShop, with other servers before it."""

    def __init__(
        self,
        folder: Path,
        gateway: dict[str, Any],
        *,
        workers: int = 4,
        pool: Mapping[str, object] | None = None,
        below: str = "",
        **config: Any,
    ) -> None:
        self.folder, self.database = copied(folder / "shop"), folder / "orders.db"
        env = {
            "SHOP_CONFIG": str(folder / "config.json"),
            "KOPECK_LIBRARY": str(LIBRARY / "autoload.php"),
        }
        self.env, self.server = {**os.environ, **env}, None
        site = None if below else self.folder / "public"
        self.fpm = Fpm(workers, site, pool=pool, env=env)
        self.url, self.port = self.fpm.origin + below, int(self.fpm.origin.rpartition(":")[2])
        if below:
            self._put_below()
        self.log = self.fpm.folder / "php.log"
        self.log.touch()
        own = {"url": self.url, "database": str(self.database), "patience_ms": 0}
        (folder / "config.json").write_text(json.dumps({**own, "gateway": gateway, **config}))
        self.start()

    def _put_below(self) -> None:
        """Takes the location that the README shows, in a site that is not the shop's."""
        location = (SHOP / "README.md").read_text().split("```nginx\n")[1].split("```")[0]
        file = self.fpm.folder / "nginx.conf"
        text = file.read_text()
        given = [line for line in text.splitlines() if line.startswith("  fastcgi_param ")]
        own = {
            "/srv/shop/public": str(self.folder / "public"),
            "unix:/run/php/php-fpm.sock": f"unix:{self.fpm.folder}/fpm.sock",
            "/etc/shop/config.json": self.env["SHOP_CONFIG"],
            "include fastcgi_params;": "\n".join(one for one in given if "FILENAME" not in one),
        }
        for shown, here in own.items():
            assert shown in location, shown
            location = location.replace(shown, here)
        file.write_text(text.replace("    index index.php;\n", f"    index index.php;\n{location}"))

    def start(self) -> None:
        self.fpm.__enter__()

    def kill(self) -> None:
        """Both servers, for good."""
        self.fpm.stop()
