/**
 * Drawings by plotly.js in the style of the page; bars of the layers.
 */

import { byId, colour, label, seriesColours, title } from "report_dom.js";

const CONFIG = { displayModeBar: false, responsive: true };
const BAR_HEIGHT = 22;

/** Draw, in the colours and the font of the page. */
export function draw(node, traces, layout) {
  const font = {
    family: getComputedStyle(document.body).fontFamily,
    size: 12,
    color: colour("text"),
  };
  const hoverlabel = { bgcolor: colour("raised"), bordercolor: colour("line"), font };
  const base = {
    font,
    hoverlabel,
    dragmode: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 8, r: 12, t: 8, b: 8 },
    showlegend: false,
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", traceorder: "normal" },
  };
  return globalThis.Plotly.react(node, traces, { ...base, ...layout }, CONFIG);
}

/** An axis with the lines of the page; `text` is its title, if any. */
export function axis(text, more) {
  const lines = {
    gridcolor: colour("line"),
    linecolor: colour("line"),
    zerolinecolor: colour("line"),
  };
  return { ...lines, automargin: true, ...(text && { title: { text, standoff: 10 } }), ...more };
}

/** Lines that are shown where the mouse is. */
export function hover(...lines) {
  return `${lines.join("<br>")}<extra></extra>`;
}

/** Bars of the cycles, and of multiply-accumulates that are kept and skipped. */
export function showBars(reports) {
  const names = layerNames(reports);
  const height = Math.max((names.length * BAR_HEIGHT * (reports.length + 1)) / 2, 120) + 60;
  const layout = {
    height,
    barmode: "stack",
    bargap: 0.3,
    showlegend: true,
    xaxis: axis("", { rangemode: "tozero", nticks: 6 }),
    yaxis: axis("", { ...nameTicks(names), autorange: "reversed", showgrid: false }),
  };
  draw(byId("cycles-plot"), reports.map(cyclesTrace), {
    ...layout,
    barmode: "group",
    showlegend: reports.length > 1,
  });
  draw(byId("macs-plot"), reports.flatMap(macsTraces), layout);
}

/** All names, in the order of the first report; those that only the second has come last. */
function layerNames(reports) {
  return [...new Set(reports.flatMap((report) => report.layers.map((layer) => layer.name)))];
}

function nameTicks(names) {
  return { type: "category", categoryarray: names, tickvals: names, ticktext: names.map(label) };
}

function bars(report, index, key, name) {
  return {
    type: "bar",
    orientation: "h",
    name: index || key !== "predicted_cycles" ? name : title(report),
    offsetgroup: String(index),
    y: report.layers.map((layer) => layer.name),
    x: report.layers.map((layer) => layer[key] ?? 0),
    hovertemplate: hover("%{y}", `${name}: %{x:,}`),
  };
}

function cyclesTrace(report, index) {
  const trace = bars(report, index, "predicted_cycles", "cycles");
  return { ...trace, name: title(report), marker: { color: seriesColours(index).strong } };
}

function macsTraces(report, index, reports) {
  const whose = reports.length > 1 ? `, ${title(report)}` : "";
  const { strong, light } = seriesColours(index);
  const skipped = bars(report, index, "macs_skipped", "skipped");
  const kept = {
    ...skipped,
    x: report.layers.map((layer) => (layer.macs ?? 0) - (layer.macs_skipped ?? 0)),
  };
  const hovertemplate = kept.hovertemplate.replace("skipped", "kept");
  return [
    { ...kept, hovertemplate, name: `kept${whose}`, marker: { color: strong } },
    { ...skipped, name: `skipped${whose}`, marker: { color: light } },
  ];
}
