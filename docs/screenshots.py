"""
Pictures of report pages: python docs/screenshots.py PAGE.html docs/images/NAME [--channel 5]

Needs Chromium, its driver, selenium and pillow. Writes NAME.png (1280 pixels wide), NAME-dark.png
and NAME-400.png, each of the whole page, and NAME-taps.png, its map of taps, in 256 colours. Tests
open pages by what is here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.support.ui import Select, WebDriverWait

PATIENCE = 30
"""Seconds in which a page shows what it has."""
WIDTHS = {"": (1280, "light"), "-dark": (1280, "dark"), "-400": (400, "light")}
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """
    Chromium without a window, in a folder of its own, that logs its console and requests.
    """
    options = webdriver.ChromeOptions()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for flag in (*_FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.binary_location = shutil.which("chromium") or "chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        driver = webdriver.Chrome(options=options, service=service)
        try:
            yield driver
        finally:
            driver.quit()


def resize(driver: webdriver.Chrome, width: int, height: int = 900) -> None:
    """
    The size of the page in CSS pixels, whatever windows can have.
    """
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def prefer(driver: webdriver.Chrome, scheme: str) -> None:
    """
    A colour scheme, "light" or "dark"; and that nothing moves by itself.
    """
    features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    media = [{"name": name, "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})


def open_page(driver: webdriver.Chrome, page: Path) -> None:
    """
    From the disk; returns when everything is shown.
    """
    driver.get(page.resolve().as_uri())
    wait_for(driver, "return document.body.dataset.shown")


def wait_for(driver: webdriver.Chrome, script: str) -> object:
    """
    What a script returns as soon as that is true.
    """
    return WebDriverWait(driver, PATIENCE, 0.05).until(lambda d: d.execute_script(script))


def await_taps(driver: webdriver.Chrome, shown: str) -> None:
    """
    Until the map of taps shows a choice such as "conv1, position, all", or one that begins so.
    """
    begins = f"dataset.shown?.startsWith({json.dumps(shown)})"
    wait_for(driver, f"return document.getElementById('taps-panels').{begins}")


def _choose(driver: webdriver.Chrome, channel: str) -> None:
    """
    The taps of one output channel.
    """
    layer = driver.find_element("id", "taps-layer").get_property("value")
    Select(driver.find_element("id", "taps-pick")).select_by_value(channel)
    await_taps(driver, f"{layer}, position, {channel}")
    driver.execute_script("document.activeElement.blur()")


def _take(driver: webdriver.Chrome, width: int, output: Path) -> None:
    height = driver.execute_script("return document.documentElement.scrollHeight")
    resize(driver, width, height)
    driver.execute_async_script("setTimeout(arguments[0], 500)")
    driver.save_screenshot(str(output))
    _reduce(output)


def _take_taps(driver: webdriver.Chrome, output: Path) -> None:
    driver.find_element("id", "taps").screenshot(str(output))
    _reduce(output)


def _reduce(output: Path) -> None:
    """
    To as few bytes as it takes.
    """
    with Image.open(output) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(output, optimize=True)


def main() -> None:
    """
    Entry point.
    """
    parser = argparse.ArgumentParser(description="Pictures of a report page.")
    parser.add_argument("page", type=Path)
    parser.add_argument("output", type=Path, help="folder and beginning of the files' names")
    parser.add_argument("--channel", help="show the taps of that output channel alone")
    args = parser.parse_args()
    with browser() as driver:
        for suffix, (width, scheme) in WIDTHS.items():
            output = args.output.with_name(f"{args.output.name}{suffix}.png")
            prefer(driver, scheme)
            resize(driver, width)
            open_page(driver, args.page)
            if args.channel is not None:
                _choose(driver, args.channel)
            _take(driver, width, output)
            if not suffix:
                _take_taps(driver, output.with_name(f"{args.output.name}-taps.png"))


if __name__ == "__main__":
    main()
