/**
 * The table of the layers, which its headings sort.
 */

import { byId, element, named, percent, shape, whole } from "report_dom.js";

/** Heading, key to sort by, text, and how the column adds up, if it does. */
const COLUMNS = [
  { heading: "#", key: (one) => one.index, number: true },
  { heading: "Layer", key: (one) => one.name },
  { heading: "Op", key: (one) => one.op ?? "" },
  { heading: "Kernel", key: kernel },
  { heading: "Input", key: (one) => size(one.in_shape), text: (one) => shape(one.in_shape) },
  { heading: "Output", key: (one) => size(one.out_shape), text: (one) => shape(one.out_shape) },
  {
    heading: "Weights",
    key: (one) => size(one.weight_shape),
    text: (one) => shape(one.weight_shape),
  },
  {
    heading: "Cycles",
    key: (one) => one.predicted_cycles ?? 0,
    number: true,
    total: "predicted_cycles",
  },
  { heading: "MACs", key: (one) => one.macs ?? 0, number: true, total: "macs" },
  { heading: "Skipped", key: (one) => one.macs_skipped ?? 0, number: true, total: "macs_skipped" },
  {
    heading: "Share",
    key: skippedShare,
    text: (one) => (one.macs ? percent(skippedShare(one)) : ""),
    number: true,
  },
  { heading: "Flash", key: (one) => one.flash_bytes ?? 0, number: true, total: "flash_bytes" },
  { heading: "RAM", key: (one) => one.working_bytes ?? one.ram_bytes ?? 0, number: true },
];

export function showTables(reports) {
  byId("tables").replaceChildren(...reports.map(tableOf));
}

function kernel(layer) {
  const parts = [layer.kernel, layer.domain ? "taps" : ""];
  return parts.filter(Boolean).join(" ");
}

function size(dimensions) {
  return (dimensions ?? [0]).reduce((product, one) => product * one, 1);
}

function skippedShare(layer) {
  return layer.macs ? layer.macs_skipped / layer.macs : 0;
}

function tableOf(report, index) {
  const text = ". Flash and RAM in bytes; RAM is what the workspaces hold while the layer runs.";
  const caption = element(
    "caption",
    {},
    element("div", {}, "Layers of ", named(report, index), text),
  );
  const body = element("tbody", {}, ...report.layers.map(rowOf));
  const head = element(
    "thead",
    {},
    element("tr", {}, ...COLUMNS.map((column) => headingOf(column, report, body))),
  );
  const table = element("table", { id: `table-${index}` }, caption, head, body, footOf(report));
  const region = { className: "scroll", tabIndex: 0, role: "region" };
  return element("div", { ...region, "aria-label": `Layers of ${report.name}` }, table);
}

function headingOf(column, report, body) {
  const button = element("button", { type: "button" }, column.heading);
  const cell = element("th", { scope: "col", className: column.number ? "number" : "" }, button);
  button.addEventListener("click", () => sortBy(column, cell, report, body));
  return cell;
}

function sortBy(column, cell, report, body) {
  const descends = cell.getAttribute("aria-sort") === "ascending";
  const compared = (a, b) => compare(column.key(a), column.key(b)) || a.index - b.index;
  const sorted = [...report.layers].sort((a, b) => (descends ? compared(b, a) : compared(a, b)));
  for (const other of cell.parentNode.children) {
    other.removeAttribute("aria-sort");
  }
  cell.setAttribute("aria-sort", descends ? "descending" : "ascending");
  body.replaceChildren(...sorted.map(rowOf));
}

function compare(a, b) {
  return typeof a === "string" ? a.localeCompare(b, "en") : a - b;
}

function rowOf(layer) {
  const cells = COLUMNS.map((column) => {
    const tag = column.heading === "Layer" ? "th" : "td";
    const attributes = { className: column.number ? "number" : "" };
    return element(
      tag,
      tag === "th" ? { ...attributes, scope: "row" } : attributes,
      cellText(column, layer),
    );
  });
  return element("tr", {}, ...cells);
}

function cellText(column, layer) {
  if (column.text) {
    return column.text(layer);
  }
  const value = column.key(layer);
  return column.number ? whole(value) : value;
}

function footOf(report) {
  const { totals } = report;
  const texts = COLUMNS.map((column) => (column.total ? whole(totals[column.total]) : ""));
  texts[1] = `${totals.layers} layers`;
  texts[10] = totals.macs ? percent(totals.macs_skipped / totals.macs) : "";
  texts[12] = whole(totals.workspace_bytes + (totals.fast_workspace_bytes ?? 0));
  const cells = COLUMNS.map((column, i) =>
    element("td", { className: column.number ? "number" : "" }, texts[i]),
  );
  return element("tfoot", {}, element("tr", {}, ...cells));
}
