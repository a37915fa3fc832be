"""
The page of reports in Chromium, opened from the disk: what it shows is what the reports say.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from approx_opt.compiler import report_page
from approx_opt.compiler.main import main
from approx_opt.compiler.report_main import main as report_main
from approx_opt.compiler.tap_levels import LARGEST, STEPS, decoded
from screenshots import await_taps, browser, open_page, prefer, resize, wait_for
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from toy_network import write_toy

ROOT = Path(__file__).resolve().parents[2]
PIPELINES = {
    "first": "approx-to-c{skip=0.4}",
    "second": "approx-to-c{skip=0.7 metric=mean domain=winograd4 fast-ram=2048}",
    "exact": "approx-to-c",
}


@dataclass(frozen=True)
class Compiled:
    """
    What is on the disk: reports by the name of their pipeline, and a front through the first.
    """

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name / f"{name}_report.json"

    def report(self, name: str) -> dict[str, Any]:
        return json.loads(self.path(name).read_text())

    @property
    def front(self) -> Path:
        return self.folder / "toy-front.json"

    @property
    def exact_page(self) -> Path:
        return self.folder / "pages" / "exact.html"


def front_through(report: dict[str, Any]) -> dict[str, Any]:
    """
    As approx-explore writes it: three plans tried, of which two are on the front.
    """
    cycles = report["totals"]["predicted_cycles"]
    figures = {"flash": 1000, "ram": 500, "plan": "toy-front/01.json"}
    points = [{"cycles": cycles * share, "top1": 90 * share, **figures} for share in (1.5, 1.0)]
    tried = [[round(one["cycles"]), one["top1"]] for one in points] + [[2 * cycles, 81.0]]
    head = {"version": 1, "model": "toy.onnx", "method": "surgeon", "target": "stm32u5"}
    return {**head, "front": points, "tried": tried}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """
    The toy network, compiled in three ways; the last one with its page, by approx-opt itself.
    """
    found = Compiled(tmp_path_factory.mktemp("reports"))
    write_toy(found.folder)
    model, data = found.folder / "toy.onnx", found.folder / "toy.npz"
    for name, pipeline in PIPELINES.items():
        command = [model, "--calibration", data, "-p", pipeline, "--name", name]
        page = ["--report", found.exact_page, "--front", found.front] if name == "exact" else []
        main([*map(str, [*command, "--emit-dir", found.folder / name, *page])])
        if name == "first":
            found.front.write_text(json.dumps(front_through(found.report("first"))))
    return found


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    """
    One for all tests.
    """
    with browser() as driver:
        yield driver


@pytest.fixture
def page(chrome: Chrome, compiled: Compiled) -> Iterator[Chrome]:
    """
    The first report with the front, 1280 pixels wide, light; nothing may be asked of a network, and
    nothing may go wrong.
    """
    path = compiled.folder / "page.html"
    if not path.exists():
        report_main([str(compiled.path("first")), "--front", str(compiled.front), "-o", str(path)])
    chrome.get("about:blank")
    for log in ("browser", "performance"):
        chrome.get_log(log)
    prefer(chrome, "light")
    resize(chrome, 1280)
    open_page(chrome, path)
    yield chrome
    assert chrome.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in chrome.get_log("performance")]
    urls = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in urls if not url.startswith(("file:", "data:", "blob:"))] == []


def text(page: Chrome, selector: str) -> str:
    return page.find_element(By.CSS_SELECTOR, selector).text


def number(shown: str) -> int:
    """
    1,234 as a number.
    """
    return int(shown.replace(",", ""))


def drawn(page: Chrome, plot: str) -> list[dict[str, Any]]:
    """
    The traces of a drawing.
    """
    keys = "name x y z base width text customdata".split()
    pick = "Object.fromEntries(keys.filter((k) => k in t).map((k) => [k, t[k]]))"
    script = (
        f"const keys = {keys}; return document.getElementById('{plot}').data.map((t) => {pick})"
    )
    return page.execute_script(script)


def choose(page: Chrome, layer: str, rows: str = "position", pick: str = "") -> None:
    """
    What the map of taps is to show.
    """
    choices = {"taps-layer": layer, "taps-rows": rows, "taps-pick": pick}
    for number, (name, value) in enumerate(choices.items(), 1):
        Select(page.find_element(By.ID, name)).select_by_value(value)
        await_taps(page, ", ".join(filter(None, [*choices.values()][:number])))


def convolution(report: dict[str, Any], name: str) -> tuple[dict[str, Any], np.ndarray]:
    """
    A layer, and its levels [O, P, C].
    """
    layer = next(one for one in report["layers"] if one["name"] == name)
    return layer, decoded(layer["taps"]["levels"], tuple(layer["taps"]["shape"]))


def test_summary_and_table(page: Chrome, compiled: Compiled):
    """
    The totals in the cards, every layer in the table, which its headings sort.
    """
    report = compiled.report("first")
    totals = report["totals"]
    assert page.title == "first - ApproxOpt report"
    assert number(text(page, "#card-cycles .number")) == totals["predicted_cycles"]
    milliseconds = totals["predicted_cycles"] / 160e3
    assert text(page, "#card-cycles .detail") == f"{milliseconds:.2f} ms at 160 MHz"
    assert number(text(page, "#card-macs .number")) == totals["macs"] - totals["macs_skipped"]
    kib, unit = text(page, "#card-ram .number").split()
    assert (float(kib), unit) == (round(totals["workspace_bytes"] / 1024, 1), "KiB")
    page.find_elements(By.CSS_SELECTOR, "#table-0 thead button")[7].click()
    rows = page.execute_script(
        "return [...document.querySelectorAll('#table-0 tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    layers = sorted(report["layers"], key=lambda one: (one["predicted_cycles"], one["index"]))
    assert [row[1] for row in rows] == [layer["name"] for layer in layers]
    for row, layer in zip(rows, layers, strict=True):
        keys = ("predicted_cycles", "macs", "macs_skipped", "flash_bytes", "working_bytes")
        assert [number(row[i]) for i in (7, 8, 9, 11, 12)] == [layer[key] for key in keys]


def test_bars_memory_and_front(page: Chrome, compiled: Compiled):
    """
    Every bar, every rectangle of the memory map, and the plan among those that were tried.
    """
    report = compiled.report("first")
    layers, memory = report["layers"], report["memory"]
    (cycles,) = drawn(page, "cycles-plot")
    assert cycles["x"] == [layer["predicted_cycles"] for layer in layers]
    kept, skipped = drawn(page, "macs-plot")
    assert skipped["x"] == [layer["macs_skipped"] for layer in layers]
    assert sum(kept["x"]) + sum(skipped["x"]) == report["totals"]["macs"]
    rectangles = [
        (middle, base, height)
        for trace in drawn(page, "memory-plot-0")
        for middle, base, height in zip(trace["x"], trace["base"], trace["y"], strict=True)
    ]
    expected = [((b["first"] + b["last"]) / 2, b["offset"], b["size"]) for b in memory]
    assert sorted(rectangles) == sorted(expected)
    *_, line, mark = drawn(page, "front-plot")
    assert line["y"] == [135, 90]
    assert mark["x"] == [report["totals"]["predicted_cycles"]]
    assert mark["y"] == [90]


def test_taps_of_a_channel(page: Chrome, compiled: Compiled):
    """
    Choose a layer and a channel, point at a tap, go on with an arrow key: what became of it, and
    what it was worth.
    """
    layer, levels = convolution(compiled.report("first"), "conv1")
    choose(page, "conv1", pick="3")
    own = levels[3]
    summary = text(page, "#taps-caption-0")
    assert summary.startswith(
        f"{(own > 0).sum()} of {own.size} taps kept, {(own < 0).sum()} skipped"
    )
    (trace,) = drawn(page, "taps-plot-0")
    np.testing.assert_array_equal(np.sign(trace["z"]), np.sign(own))
    target = page.find_element(By.CSS_SELECTOR, "#taps-plot-0 .nsewdrag")
    ActionChains(page).move_to_element(target).perform()
    readout = wait_for(page, "const t = document.getElementById('taps-readout-0').textContent;"
                             "return t.startsWith('row') && t")  # fmt: skip
    assert any(readout in row for row in trace["text"])
    node = page.find_element(By.ID, "taps-plot-0")
    page.execute_script("arguments[0].focus()", node)
    for row, column in [(8, 7), (0, 0)]:
        keys = (Keys.ARROW_DOWN, Keys.ARROW_RIGHT) if row else (Keys.ARROW_UP, Keys.ARROW_LEFT)
        ActionChains(page).send_keys(*keys * 9).perform()
        level = int(own[row, column])
        shown = text(page, "#taps-readout-0")
        place = f"row {row // 3}, column {row % 3}, input {column}: "
        fate = {1: "kept, ", -1: "skipped, ", 0: "no tap"}[int(np.sign(level))]
        assert shown.startswith(place + fate)
        if level:
            worth = layer["largest_significance"] * 2 ** ((abs(level) - LARGEST) / STEPS)
            assert float(shown.split()[-1].replace(",", "")) == pytest.approx(worth, rel=0.01)


def test_all_channels_together_and_histogram(page: Chrome, compiled: Compiled):
    """
    The share that is kept, by position or by output channel; the next choice is a button away.
    """
    layer, levels = convolution(compiled.report("first"), "conv2")
    for rows, axis in (("position", 0), ("output", 1)):
        choose(page, "conv2", rows)
        (trace,) = drawn(page, "taps-plot-0")
        np.testing.assert_allclose(trace["z"], (levels > 0).mean(axis=axis))
    page.find_element(By.ID, "taps-after").click()
    await_taps(page, "conv2, output, 0")
    own = levels[:, 0]
    assert text(page, "#taps-caption-0").startswith(f"{(own > 0).sum()} of {own.size} taps kept")
    shown = {trace["name"]: trace["y"] for trace in drawn(page, "histogram-plot-0")}
    assert shown == layer["significance_histogram"]


def test_a_second_report(page: Chrome, compiled: Compiled):
    """
    Chosen in the page, where it says so if a file is none: cards, bars, tables, taps in Winograd's
    domain and both workspaces stand beside those of the first; and go again.
    """
    chooser = page.find_element(By.ID, "other")
    chooser.send_keys(str(compiled.front))
    wait_for(page, "return !document.getElementById('problem').hidden")
    assert text(page, "#problem") == "toy-front.json is not a report that approx-opt has written."
    chooser.send_keys(str(compiled.path("second")))
    wait_for(page, "return document.body.dataset.shown === 'first; second'")
    first, second = compiled.report("first"), compiled.report("second")
    cards = page.find_elements(By.CSS_SELECTOR, "#card-cycles .number")
    cycles = [report["totals"]["predicted_cycles"] for report in (first, second)]
    assert [number(card.text) for card in cards] == cycles
    percent = abs(cycles[1] / cycles[0] - 1) * 100
    assert f"{percent:.1f} %" in page.find_elements(By.CSS_SELECTOR, "#card-cycles .detail")[1].text
    assert len(drawn(page, "macs-plot")) == 4
    assert len(page.find_elements(By.CSS_SELECTOR, "#tables table")) == 2
    for index, report in enumerate((first, second)):
        _, levels = convolution(report, "conv2")
        (trace,) = drawn(page, f"taps-plot-{index}")
        np.testing.assert_allclose(trace["z"], (levels > 0).mean(axis=0))
    panels = [text(page, f"figure:has(#memory-plot-{i}) figcaption") for i in range(3)]
    assert [panel.split("·")[1].split(",")[0].strip() for panel in panels] == [
        "Workspace",
        "Workspace",
        "Fast workspace",
    ]
    assert "Not tried there: second;" in text(page, "#front-note")
    page.find_element(By.ID, "alone").click()
    wait_for(page, "return document.body.dataset.shown === 'first'")
    assert len(page.find_elements(By.CSS_SELECTOR, "#card-cycles .number")) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_widths_and_colours(page: Chrome, width: int, scheme: str):
    """
    Nothing is wider than the page; text can be read on its ground (WCAG 2.2, 1.4.3: 4.5 to 1).
    """
    prefer(page, scheme)
    resize(page, width)
    size = "return [document.documentElement.scrollWidth, window.innerWidth]"
    wait_for(
        page, f"{size.replace('return', 'const s =')}; return s[0] === s[1] && s[1] === {width}"
    )
    names = ("page", "text", "quiet", "accent", "alert")
    style = "getComputedStyle(document.documentElement).getPropertyValue('--' + name)"
    shown = page.execute_script(f"return arguments[0].map((name) => {style})", names)
    ground, *colours = map(luminance, shown)
    assert (ground < 0.5) == (scheme == "dark")
    for colour in colours:
        lighter, darker = max(colour, ground), min(colour, ground)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """
    Of #rrggbb (WCAG 2.2, relative luminance).
    """
    parts = np.array([int(colour.strip()[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_an_exact_network_has_no_taps_to_show(chrome: Chrome, compiled: Compiled):
    """
    It says so. The page of approx-opt --report is the one that approx-report makes of the report.
    """
    path = compiled.exact_page
    open_page(chrome, path)
    assert text(chrome, "#taps-none").startswith("Nothing was skipped")
    again = path.with_name("again.html")
    report_main([str(compiled.path("exact")), "--front", str(compiled.front), "-o", str(again)])
    assert again.read_bytes() == path.read_bytes()


def test_mistakes(compiled: Compiled, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    One message each, and no page.
    """
    old, good = tmp_path / "old.json", str(compiled.path("exact"))
    old.write_text(json.dumps({**compiled.report("exact"), "schema_version": 1}))
    (tmp_path / "text.json").write_text("no")
    cases = {
        (str(old),): "old.json is a report of version 1, not 2: compile the network again",
        (str(compiled.front),): "toy-front.json is not a report that approx-opt has written",
        (str(tmp_path / "text.json"),): "text.json is not JSON: ",
        (str(tmp_path / "none.json"),): "cannot read ",
        (good, "--front", good): "exact_report.json is not a front that approx-explore has written",
    }
    for arguments, message in cases.items():
        with pytest.raises(SystemExit) as stopped:
            report_main([*arguments, "-o", str(tmp_path / "page.html")])
        assert stopped.value.code == 1
        assert message in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_without_the_libraries(monkeypatch: pytest.MonkeyPatch):
    """
    The message says what to install.
    """
    monkeypatch.setitem(__import__("sys").modules, "plotly.offline", None)
    with pytest.raises(report_page.UserError, match=r"plotly: pip install 'approx-opt\[report\]'"):
        report_page.check_page_libraries()


@pytest.mark.parametrize("path", sorted((ROOT / "compiler").glob("*.js")), ids=lambda p: p.name)
def test_scripts_are_modules(path: Path):
    """
    As node reads them.
    """
    command = ["node", "--input-type=module", "--check"]
    subprocess.run(command, input=path.read_bytes(), check=True, capture_output=True)
