/**
 * Fronts of approx-explore, and the plans of the reports in them.
 */

import { axis, draw, hover } from "report_charts.js";
import { byId, bytes, colour, seriesColours, title } from "report_dom.js";

const FRONT_HEIGHT = 420;
const SHOWN_LOSS = 12;
const DASHES = ["solid", "dash", "dot"];
const SYMBOLS = ["circle", "square", "diamond"];

/** Fronts, and where the plans of the reports lie in them. */
export function showFront(fronts, reports) {
  const shown = fronts.length > 0;
  byId("front").hidden = byId("front-link").hidden = !shown;
  if (!shown) {
    return;
  }
  const marks = reports.map((report, index) => markOf(report, index, fronts));
  byId("front-note").textContent = frontNote(fronts, marks);
  const best = Math.max(...fronts.flatMap(({ tried }) => tried.map(([, top1]) => top1)));
  const traces = fronts.flatMap(frontTraces);
  draw(byId("front-plot"), [...traces, ...marks.map(markTrace)], {
    height: FRONT_HEIGHT,
    showlegend: true,
    xaxis: axis("cycles of an inference, predicted", { rangemode: "tozero" }),
    yaxis: axis("top-1, %", { range: [best - SHOWN_LOSS, best + 1] }),
    shapes: marks.map(({ report, index }) => cyclesLine(report, index)),
  });
}

function frontNote(fronts, marks) {
  const targets = [...new Set(fronts.map(({ target }) => target))].join(", ");
  const tried = `Everything that approx-explore tried for ${targets} on its validation samples`;
  const all = `${tried}, and the best of it.`;
  const missing = marks.filter(({ point }) => !point).map(({ report }) => title(report));
  return missing.length
    ? `${all} Not tried there: ${missing.join(", ")}; the line is at its cycles.`
    : all;
}

function frontTraces(front, index) {
  const name = front.method;
  const tried = {
    type: "scatter",
    mode: "markers",
    name: `${name}: tried`,
    x: front.tried.map(([cycles]) => cycles),
    y: front.tried.map(([, top1]) => top1),
    marker: { color: colour("scratch"), size: 3.5, opacity: 0.5 },
    hoverinfo: "skip",
  };
  const line = {
    type: "scatter",
    mode: "lines+markers",
    name: `${name}: front`,
    x: front.front.map(({ cycles }) => cycles),
    y: front.front.map(({ top1 }) => top1),
    // What lies between two plans costs as much as the one with more cycles.
    line: { color: colour("quiet"), width: 1.5, shape: "vh", dash: DASHES[index % DASHES.length] },
    marker: { size: 6, symbol: SYMBOLS[index % SYMBOLS.length] },
    customdata: front.front.map((one) => [one.plan, bytes(one.flash), bytes(one.ram)]),
    hovertemplate: hover(
      "%{customdata[0]}",
      "%{x:,.0f} cycles, %{y:.2f} %",
      "flash %{customdata[1]}, RAM %{customdata[2]}",
    ),
  };
  return [tried, line];
}

/** The plan tried with the same cycles; a report rounds those of each layer. */
function markOf(report, index, fronts) {
  const { predicted_cycles: cycles, layers } = report.totals;
  const points = fronts.flatMap(({ tried }) => tried);
  const near = points.filter((one) => Math.abs(one[0] - cycles) <= layers);
  const point = near.sort((a, b) => Math.abs(a[0] - cycles) - Math.abs(b[0] - cycles))[0];
  return { report, index, point };
}

function markTrace({ report, index, point }) {
  return {
    type: "scatter",
    mode: "markers",
    name: title(report),
    x: point ? [point[0]] : [],
    y: point ? [point[1]] : [],
    marker: {
      symbol: "circle-open",
      size: 15,
      color: seriesColours(index).strong,
      line: { width: 3 },
    },
    hovertemplate: hover(title(report), "%{x:,.0f} cycles, %{y:.2f} %"),
  };
}

function cyclesLine(report, index) {
  const x = report.totals.predicted_cycles;
  const line = { color: seriesColours(index).strong, width: 1, dash: "dot" };
  return { type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line };
}
