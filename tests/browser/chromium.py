"""Debian's Chromium behind its ChromeDriver, and a buyer who sits before it. Nothing is downloaded:
Selenium's own search for drivers is never asked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.proxy import Proxy, ProxyType
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 20
FLAGS = [
    "--headless",
    "--no-sandbox",  # root needs it, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--window-size=800,1000",
]


class Driver:
    """A running ChromeDriver, on a port that it chose itself. What it and its browsers write to
    the disk, their home included, goes with it."""

    def __init__(self) -> None:
        self.program, self.browser = shutil.which("chromedriver"), shutil.which("chromium")
        if self.program is None or self.browser is None:
            pytest.fail("chromium is missing: apt-get install chromium chromium-driver")
        self.folder = Path(tempfile.mkdtemp(prefix="kopeck-browser-"))
        home = {"HOME": str(self.folder), "TMPDIR": str(self.folder)}
        home |= {"XDG_CONFIG_HOME": "", "XDG_CACHE_HOME": ""}
        with (self.folder / "driver.log").open("w") as log:
            self.process = subprocess.Popen(
                [self.program, "--port=0"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **home},
            )
        assert self.process.stdout is not None
        lines = (re.search(r"started successfully on port (\d+)", s) for s in self.process.stdout)
        port = next((found.group(1) for found in lines if found), None)
        assert port is not None, (self.folder / "driver.log").read_text()
        self.address = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def buyer(self) -> Iterator[Buyer]:
        """Somebody with a browser and a profile of his own."""
        assert self.browser is not None
        options = webdriver.ChromeOptions()
        options.binary_location = self.browser
        profile = tempfile.mkdtemp(prefix="profile-", dir=self.folder)
        for flag in [*FLAGS, f"--user-data-dir={profile}"]:
            options.add_argument(flag)
        direct = Proxy({"proxyType": ProxyType.DIRECT})
        config = ClientConfig(remote_server_addr=self.address, proxy=direct, timeout=60)
        window = webdriver.Remote(self.address, options=options, client_config=config)
        window.set_page_load_timeout(PATIENCE)
        try:
            yield Buyer(window)
        finally:
            window.quit()
            shutil.rmtree(profile, ignore_errors=True)


class Buyer:
    """Finds things as a person does, by what is written on the page."""

    def __init__(self, window: webdriver.Remote) -> None:
        self.window = window

    def opens(self, page: str | None) -> None:
        assert page is not None
        self.window.get(page)

    def goes_back(self) -> None:
        self.window.back()

    def another_tab(self, page: str) -> str:
        """Opens the page beside the one that is there, whose handle it gives."""
        first = self.window.current_window_handle
        self.window.switch_to.new_window("tab")
        self.opens(page)
        return first

    def in_tab(self, handle: str) -> None:
        self.window.switch_to.window(handle)

    @property
    def at(self) -> str:
        return self.window.current_url

    @property
    def sees(self) -> str:
        """All the text that is shown."""
        return self.window.find_element(By.TAG_NAME, "body").text

    def reads(self, *texts: str) -> None:
        for text in texts:
            self._until(partial(self._shows, text), text)

    def _shows(self, text: str, _: webdriver.Remote) -> bool:
        return text in self.sees

    def types(self, label: str, text: str) -> None:
        """Into the empty field with this label."""
        self._one(f"//label[normalize-space(text()[1])={label!r}]//input").send_keys(text)

    def presses(self, button: str) -> None:
        """And waits until the page has gone."""
        pressed = self._one(f"//button[normalize-space()={button!r}]")
        before = self.window.find_element(By.TAG_NAME, "html").id
        pressed.click()
        html = (By.TAG_NAME, "html")
        self._until(lambda window: window.find_element(*html).id != before, button)

    def arrives(self, address: str) -> None:
        self._until(lambda _: self.at.startswith(address), address)

    def picture(self) -> tuple[int, int]:
        """Width and height of the only picture, in its own pixels; 0 if it cannot be painted."""
        script = "const [i] = document.images; return [i.naturalWidth, i.naturalHeight]"
        width, height = self.window.execute_script(script)
        return int(width), int(height)

    def _one(self, path: str) -> WebElement:
        found = self.window.find_elements(By.XPATH, path)
        shown = [element for element in found if element.is_displayed()]
        assert len(shown) == 1, f"{path} is there {len(shown)} times at {self.at}:\n{self.sees}"
        return shown[0]

    def _until(self, true: Callable[[webdriver.Remote], bool], what: str) -> None:
        try:
            WebDriverWait(self.window, PATIENCE, poll_frequency=0.05).until(true)
        except TimeoutException:
            pytest.fail(f"{what}: not at {self.at}:\n{self.sees}")
