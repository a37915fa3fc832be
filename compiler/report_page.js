/**
 * The page: one report, or two side by side.
 */

import { showBars } from "report_charts.js";
import { byId, title } from "report_dom.js";
import { showFront } from "report_front.js";
import { showMemory } from "report_memory.js";
import { showSummary } from "report_summary.js";
import { showTables } from "report_table.js";
import { TapsSection } from "report_taps_section.js";

/** Show what the page has been made of, and wait for a second report. */
export function start() {
  const page = new Page(embedded("reports"), embedded("fronts"));
  byId("other").addEventListener("change", (event) => page.compareWith(event.target.files[0]));
  byId("alone").addEventListener("click", () => page.showAlone());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.show());
  return page.show();
}

class Page {
  constructor(reports, fronts) {
    this.reports = reports;
    this.fronts = fronts;
    this.taps = new TapsSection();
  }

  async show() {
    const { reports } = this;
    byId("title").textContent = [...new Set(reports.map((report) => report.name))].join(" and ");
    byId("alone").hidden = reports.length < 2;
    showSummary(reports);
    showBars(reports);
    showTables(reports);
    showMemory(reports);
    showFront(this.fronts, reports);
    await this.taps.setReports(reports);
    document.body.dataset.shown = reports.map(title).join("; ");
  }

  async compareWith(file) {
    if (!file) {
      return;
    }
    const found = parsed(await textOf(file), file.name, this.reports[0].schema_version);
    byId("problem").hidden = !found.problem;
    byId("problem").textContent = found.problem ?? "";
    if (found.report) {
      this.reports = [this.reports[0], found.report];
      await this.show();
    }
  }

  showAlone() {
    this.reports = this.reports.slice(0, 1);
    byId("other").value = "";
    return this.show();
  }
}

function embedded(id) {
  return JSON.parse(byId(id).textContent);
}

function textOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsText(file);
  });
}

/** The report in a text, of the version that this page shows, or what is wrong with it. */
function parsed(text, name, version) {
  try {
    const report = JSON.parse(text);
    if (!report.layers || !report.totals) {
      return { problem: `${name} is not a report that approx-opt has written.` };
    }
    if (report.schema_version !== version) {
      const versions = `version ${report.schema_version}, not ${version}`;
      return { problem: `${name} is a report of ${versions}: compile the network again.` };
    }
    return { report };
  } catch (error) {
    return { problem: `${name} is not JSON: ${error.message}` };
  }
}
