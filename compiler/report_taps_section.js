/**
 * The section of the taps: what is chosen, and a panel for each report that has it.
 */

import { byId, element } from "report_dom.js";
import { drawPanel, panelOf } from "report_heat_map.js";
import { decodeTaps, layersWithTaps, positionTick } from "report_taps.js";

/** What is chosen; taps are decoded once. */
export class TapsSection {
  constructor() {
    this.reports = [];
    this.decoded = new Map();
    byId("taps-layer").addEventListener("change", () => this.offerPicks());
    byId("taps-rows").addEventListener("change", () => this.offerPicks());
    byId("taps-pick").addEventListener("change", () => this.show());
    byId("taps-before").addEventListener("click", () => this.step(-1));
    byId("taps-after").addEventListener("click", () => this.step(1));
    byId("taps-choice").addEventListener("submit", (event) => event.preventDefault());
  }

  /** Offer the layers of these reports. */
  async setReports(reports) {
    this.reports = reports;
    const names = [...new Set(reports.flatMap(layersWithTaps).map((layer) => layer.name))];
    byId("taps-none").hidden = names.length > 0;
    byId("taps-content").hidden = names.length === 0;
    if (names.length) {
      this.offerLayers(names);
      await this.offerPicks();
    }
  }

  /** The layer chosen before, or the one with most taps. */
  offerLayers(names) {
    const layers = this.reports.map(layersWithTaps).find((found) => found.length);
    const largest = layers.reduce((a, b) => (countOf(b) > countOf(a) ? b : a));
    setOptions(
      byId("taps-layer"),
      names.map((name) => [name, name]),
      largest.name,
    );
  }

  /** Panels of the chosen layer, one for each report that has it. */
  async chosen() {
    const name = byId("taps-layer").value;
    const found = this.reports.map((report, index) => ({
      report,
      index,
      layer: layersWithTaps(report).find((layer) => layer.name === name),
    }));
    const there = found.filter(({ layer }) => layer);
    return Promise.all(there.map(async (one) => ({ ...one, taps: await this.decode(one.layer) })));
  }

  async decode(layer) {
    if (!this.decoded.has(layer)) {
      this.decoded.set(layer, await decodeTaps(layer));
    }
    return this.decoded.get(layer);
  }

  async offerPicks() {
    const [{ layer, taps }] = await this.chosen();
    const byPosition = byId("taps-rows").value === "position";
    byId("taps-pick-label").textContent = byPosition ? "Output channel" : "Kernel position";
    const count = byPosition ? taps.outputs : taps.positions;
    const text = (i) => (byPosition ? String(i) : positionTick(layer, i));
    const each = Array.from({ length: count }, (_, i) => [String(i), text(i)]);
    setOptions(byId("taps-pick"), [["", `all ${count}`], ...each]);
    await this.show();
  }

  async step(by) {
    const select = byId("taps-pick");
    const count = select.options.length;
    select.selectedIndex = (select.selectedIndex + by + count) % count;
    await this.show();
  }

  async show() {
    const panels = await this.chosen();
    const rows = byId("taps-rows").value;
    const value = byId("taps-pick").value;
    const pick = value === "" ? null : Number(value);
    const parent = byId("taps-panels");
    parent.classList.toggle("two", panels.length > 1);
    parent.replaceChildren(...panels.map((panel) => panelOf(panel, pick)));
    panels.forEach((panel) => drawPanel(panel, rows, pick));
    parent.dataset.shown = [byId("taps-layer").value, rows, value || "all"].join(", ");
  }
}

function countOf(layer) {
  return layer.taps.shape.reduce((product, one) => product * one, 1);
}

/** Pairs of value and text; what was chosen before stays, if it is there, else `other` is. */
function setOptions(select, pairs, other = "") {
  const before = select.value || other;
  select.replaceChildren(...pairs.map(([value, text]) => element("option", { value }, text)));
  if (pairs.some(([value]) => value === before)) {
    select.value = before;
  }
}
