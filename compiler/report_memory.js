/**
 * The memory map: which buffer lies where, layer by layer.
 */

import { axis, draw, hover } from "report_charts.js";
import { byId, bytes, colour, element, label, named, seriesColours, whole } from "report_dom.js";

const MEMORY_HEIGHT = 340;

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
    memoryTrace(
      buffers.filter(({ kind }) => kind === "result"),
      names,
      "results",
      seriesColours(index).strong,
    ),
    memoryTrace(
      buffers.filter(({ kind }) => kind === "scratch"),
      names,
      "memory of kernels",
      colour("scratch"),
    ),
  ];
  const edge = { color: colour("quiet"), width: 1, dash: "dot" };
  draw(node, traces, {
    height: MEMORY_HEIGHT,
    barmode: "overlay",
    showlegend: true,
    uniformtext: { mode: "hide", minsize: 9 },
    xaxis: axis("", {
      tickvals: names.map((_, i) => i),
      ticktext: names.map(label),
      range: [-0.5, names.length - 0.5],
      showgrid: false,
      tickangle: -40,
    }),
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
    customdata: buffers.map((one) => [
      one.layer,
      whole(one.offset),
      whole(one.offset + one.size),
      names[one.first],
      names[one.last],
    ]),
    hovertemplate: hover(
      "%{customdata[0]}",
      "%{y:,} bytes, %{customdata[1]} to %{customdata[2]}",
      "from %{customdata[3]} to %{customdata[4]}",
    ),
  };
}
