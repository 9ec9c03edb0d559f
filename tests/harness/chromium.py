"""Chromium for the browser tests: the one on this machine, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


def find_chromium() -> str | None:
    """The browser's path, or None; CHROMIUM names one to use instead."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return next((path for path in MAC if Path(path).exists()), None)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A headless browser without traffic of its own."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def open_context(
    browser: Browser, base_url: str, *, phone: bool = False, language: str = "en", scripts: bool = True
) -> BrowserContext:
    """A fresh visitor, at a desk or on a phone, who prefers English or Chinese, with or without JavaScript."""
    options: dict[str, Any] = {
        "viewport": DESKTOP,
        "java_script_enabled": scripts,
        "reduced_motion": "reduce",
    }
    if phone:
        options |= {"viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
    return browser.new_context(base_url=base_url, locale=LOCALES[language], **options)
