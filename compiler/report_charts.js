/**
 * Drawings by plotly.js: bars of the layers, the memory map, the front.
 */

import { byId, bytes, colour, element, label, named, seriesColours, title, whole } from "report_dom.js";

const CONFIG = { displayModeBar: false, responsive: true };
const BAR_HEIGHT = 22;
const MEMORY_HEIGHT = 340;
const FRONT_HEIGHT = 420;
const SHOWN_LOSS = 12;
const DASHES = ["solid", "dash", "dot"];
const SYMBOLS = ["circle", "square", "diamond"];

/** Draw, in the colours and the font of the page. */
export function draw(node, traces, layout) {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("text") };
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
  const lines = { gridcolor: colour("line"), linecolor: colour("line"), zerolinecolor: colour("line") };
  return { ...lines, automargin: true, ...(text && { title: { text, standoff: 10 } }), ...more };
}

/** Bars of the cycles, and of multiply-accumulates that are kept and skipped. */
export function showBars(reports) {
  const names = layerNames(reports);
  const height = Math.max(names.length * BAR_HEIGHT * (reports.length + 1) / 2, 120) + 60;
  const layout = {
    height,
    barmode: "stack",
    bargap: 0.3,
    showlegend: true,
    xaxis: axis("", { rangemode: "tozero", nticks: 6 }),
    yaxis: axis("", { ...nameTicks(names), autorange: "reversed", showgrid: false }),
  };
  draw(byId("cycles-plot"), reports.map(cyclesTrace), { ...layout, barmode: "group", showlegend: reports.length > 1 });
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
    hovertemplate: `%{y}<br>${name}: %{x:,}<extra></extra>`,
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
  const kept = { ...skipped, x: report.layers.map((layer) => (layer.macs ?? 0) - (layer.macs_skipped ?? 0)) };
  const hovertemplate = kept.hovertemplate.replace("skipped", "kept");
  return [
    { ...kept, hovertemplate, name: `kept${whose}`, marker: { color: strong } },
    { ...skipped, name: `skipped${whose}`, marker: { color: light } },
  ];
}

/** A panel for each workspace of each report. */
export function showMemory(reports) {
  const panels = reports.flatMap((report, index) =>
    workspaces(report).map((workspace) => ({ report, index, ...workspace })),
  );
  const parent = byId("memory-panels");
  parent.classList.toggle("two", panels.length > 1);
  parent.replaceChildren(...panels.map(memoryFigure));
  panels.forEach((panel, number) => drawMemory(byId(`memory-plot-${number}`), panel));
}

function workspaces({ totals, memory }) {
  const all = [
    { name: "workspace", size: totals.workspace_bytes },
    { name: "fast_workspace", size: totals.fast_workspace_bytes },
  ];
  return all
    .filter(({ size }) => size !== undefined)
    .map((one) => ({ ...one, buffers: memory.filter((buffer) => buffer.workspace === one.name) }));
}

function memoryFigure({ report, index, name, size }, number) {
  const place = name === "workspace" ? "Workspace" : "Fast workspace";
  const caption = element("figcaption", {}, named(report, index), ` · ${place}, ${bytes(size)}`);
  const attributes = { id: `memory-plot-${number}`, className: "plot", role: "img" };
  const text = `${place} of ${report.name}: which buffer lies where, layer by layer`;
  return element("figure", {}, caption, element("div", { ...attributes, "aria-label": text }));
}

function drawMemory(node, { report, index, buffers, size }) {
  const names = report.layers.map((layer) => layer.name);
  const traces = [
    memoryTrace(buffers.filter(({ kind }) => kind === "result"), names, "results", seriesColours(index).strong),
    memoryTrace(buffers.filter(({ kind }) => kind === "scratch"), names, "memory of kernels", colour("scratch")),
  ];
  const edge = { color: colour("quiet"), width: 1, dash: "dot" };
  draw(node, traces, {
    height: MEMORY_HEIGHT,
    barmode: "overlay",
    showlegend: true,
    uniformtext: { mode: "hide", minsize: 9 },
    xaxis: axis("", { tickvals: names.map((_, i) => i), ticktext: names.map(label), range: [-0.5, names.length - 0.5], showgrid: false, tickangle: -40 }),
    yaxis: axis("address, bytes", { range: [0, size * 1.03 || 1], tickformat: ",d" }),
    shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: size, y1: size, line: edge }],
  });
}

/** Rectangles are bars with a base: as wide as a life, as high as a size. */
function memoryTrace(buffers, names, name, fill) {
  return {
    type: "bar",
    name,
    x: buffers.map(({ first, last }) => (first + last) / 2),
    width: buffers.map(({ first, last }) => last - first + 0.94),
    base: buffers.map(({ offset }) => offset),
    y: buffers.map(({ size }) => size),
    text: buffers.map(({ layer }) => label(layer)),
    textposition: "inside",
    insidetextanchor: "middle",
    constraintext: "both",
    textangle: 0,
    insidetextfont: { color: colour("page") },
    marker: { color: fill, opacity: 0.85, line: { color: colour("page"), width: 1.5 } },
    customdata: buffers.map((one) => [one.layer, whole(one.offset), whole(one.offset + one.size), names[one.first], names[one.last]]),
    hovertemplate: "%{customdata[0]}<br>%{y:,} bytes, %{customdata[1]} to %{customdata[2]}<br>from %{customdata[3]} to %{customdata[4]}<extra></extra>",
  };
}

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
  const all = `Everything that approx-explore tried for ${targets} on its validation samples, and the best of it.`;
  const missing = marks.filter(({ point }) => !point).map(({ report }) => title(report));
  return missing.length ? `${all} Not tried there: ${missing.join(", ")}; the line is at its cycles.` : all;
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
    hovertemplate: "%{customdata[0]}<br>%{x:,.0f} cycles, %{y:.2f} %<br>flash %{customdata[1]}, RAM %{customdata[2]}<extra></extra>",
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
    marker: { symbol: "circle-open", size: 15, color: seriesColours(index).strong, line: { width: 3 } },
    hovertemplate: `${title(report)}<br>%{x:,.0f} cycles, %{y:.2f} %<extra></extra>`,
  };
}

function cyclesLine(report, index) {
  const x = report.totals.predicted_cycles;
  const line = { color: seriesColours(index).strong, width: 1, dash: "dot" };
  return { type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line };
}
