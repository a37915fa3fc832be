/**
 * Maps of the taps of a layer, and how their significance is spread.
 */

import { axis, draw, hover } from "report_charts.js";
import { byId, colour, element, named, percent, power, short, whole } from "report_dom.js";
import {
  countsOf,
  fate,
  mapOf,
  positionName,
  positionTick,
  significance,
  strength,
} from "report_taps.js";

const OCTAVES = 16;
const TICK_OCTAVES = 10;
const CELL_WIDTH = 3;
const MOST_GAPS = 128;
const SIDE_WIDTH = 90;
const LEAST_HEIGHT = 240;
const MOST_HEIGHT = 720;
const MOST_TICKS = 16;
const HELP = "Point at a tap, or go from tap to tap with the arrow keys.";
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The place of a map and of a histogram, still empty. */
export function panelOf({ report, index, layer }, pick) {
  const map = element("div", {
    id: `taps-plot-${index}`,
    className: "plot",
    tabIndex: 0,
    role: "application",
  });
  map.setAttribute("aria-label", `Map of the taps of ${layer.name}; arrow keys go from tap to tap`);
  map.setAttribute("aria-describedby", `taps-readout-${index}`);
  const readout = element("p", {
    id: `taps-readout-${index}`,
    className: "readout",
    role: "status",
  });
  const caption = element(
    "figcaption",
    {},
    named(report, index),
    " · ",
    element("span", { id: `taps-caption-${index}` }),
  );
  const scroll = element("div", { className: "map-scroll" }, map);
  const figure = element("figure", {}, caption, legendOf(pick), scroll, readout);
  const histogram = element("div", {
    id: `histogram-plot-${index}`,
    className: "plot",
    role: "img",
  });
  histogram.setAttribute("aria-label", `How the significance of taps of ${layer.name} is spread`);
  const heading = element(
    "figcaption",
    {},
    `Significance by ${layer.metric ?? "its metric"}, all taps of the layer`,
  );
  return element("div", { className: "heat" }, figure, element("figure", {}, heading, histogram));
}

function legendOf(pick) {
  const entries =
    pick === null
      ? [
          ["none kept", colour("empty"), colour("empty")],
          ["all kept", colour("first-light"), colour("first")],
        ]
      : [
          ["kept", colour("first-light"), colour("first")],
          ["skipped", colour("skipped-light"), colour("skipped")],
          ["absent", colour("empty"), colour("empty")],
        ];
  const marks = entries.map(([text, from, to]) => {
    const swatch = element("i");
    swatch.style.background = `linear-gradient(to right, ${from}, ${to})`;
    return element("span", {}, swatch, text);
  });
  return element("div", { className: "legend" }, ...marks);
}

/** Draw the map of a choice of rows and, unless null, of one of the others, and the histogram. */
export function drawPanel(panel, rows, pick) {
  const { layer, taps, index } = panel;
  const map = mapOf(taps, rows, pick);
  byId(`taps-caption-${index}`).textContent = summary(countsOf(map));
  const rowName = (row) => (rows === "position" ? positionName(layer, row) : `output ${row}`);
  const describe = (row, column) =>
    `${rowName(row)}, input ${column}: ${cellText(layer, map[row][column], pick)}`;
  drawMap(byId(`taps-plot-${index}`), panel, map, { rows, pick, describe });
  connect(byId(`taps-plot-${index}`), byId(`taps-readout-${index}`), map, describe);
  drawHistogram(byId(`histogram-plot-${index}`), layer);
}

function summary({ kept, skipped, absent }) {
  const all = kept + skipped + absent;
  const share = percent(skipped / all);
  return `${whole(kept)} of ${whole(all)} taps kept, ${whole(skipped)} skipped (${share})`;
}

function cellText(layer, cell, pick) {
  const worth = cell.level ? `significance ${short(significance(layer, cell.level))}` : "no tap";
  if (pick !== null) {
    return cell.level ? `${fate(cell.level)}, ${worth}` : worth;
  }
  const all = cell.kept + cell.skipped + cell.absent;
  return `${cell.kept} of ${all} kept, ${cell.skipped} skipped; largest ${worth}`;
}

/** From -1 (skipped, worth much) over 0 (absent) to 1 (kept); of many taps the share kept. */
function shade(cell, pick) {
  if (pick === null) {
    return cell.kept / (cell.kept + cell.skipped + cell.absent);
  }
  const visible = 0.12 + 0.88 * strength(cell.level, OCTAVES);
  return Math.sign(cell.level) * visible;
}

function scaleOf(pick) {
  const kept = [
    [0, colour("empty")],
    [0.1, colour("first-light")],
    [1, colour("first")],
  ];
  if (pick === null) {
    return kept;
  }
  const skipped = [
    [0, colour("skipped")],
    [0.45, colour("skipped-light")],
    [0.499, colour("empty")],
  ];
  return [
    ...skipped,
    [0.5, colour("empty")],
    [0.501, colour("empty")],
    [0.55, colour("first-light")],
    [1, colour("first")],
  ];
}

function drawMap(node, { layer, taps }, map, { rows, pick, describe }) {
  const cellHeight = rows === "position" ? 14 : 6;
  const height = Math.min(Math.max(map.length * cellHeight + 60, LEAST_HEIGHT), MOST_HEIGHT);
  node.style.minWidth = `${taps.inputs * CELL_WIDTH + SIDE_WIDTH}px`;
  const ticks =
    rows === "position"
      ? { tickvals: map.map((_, i) => i), ticktext: map.map((_, i) => positionTick(layer, i)) }
      : { dtick: dtick(map.length) };
  const trace = {
    type: "heatmap",
    z: map.map((row) => row.map((cell) => shade(cell, pick))),
    text: map.map((row, i) => row.map((_, j) => describe(i, j))),
    hovertemplate: hover("%{text}"),
    colorscale: scaleOf(pick),
    zmin: pick === null ? 0 : -1,
    zmax: 1,
    showscale: false,
    xgap: taps.inputs <= MOST_GAPS ? 1 : 0,
    ygap: map.length <= MOST_GAPS ? 1 : 0,
  };
  const cells = { showgrid: false, zeroline: false, tick0: 0 };
  return draw(node, [trace], {
    height,
    dragmode: hasMouse() ? "zoom" : false,
    xaxis: axis("input channel", {
      ...cells,
      range: [-0.5, taps.inputs - 0.5],
      dtick: dtick(taps.inputs),
    }),
    yaxis: axis(rows === "position" ? "kernel row, column" : "output channel", {
      ...cells,
      range: [map.length - 0.5, -0.5],
      ...ticks,
    }),
  });
}

function hasMouse() {
  return matchMedia("(pointer: fine)").matches;
}

/** Whole numbers apart, of about so many: never half a channel. */
function dtick(count) {
  return 2 ** Math.max(0, Math.ceil(Math.log2(count / MOST_TICKS)));
}

/** Mouse and arrow keys: what is at a tap is said below the map. */
function connect(node, readout, map, describe) {
  readout.textContent = HELP + (hasMouse() ? " Drag to enlarge, double-click to go back." : "");
  const cursor = { row: 0, column: 0 };
  const say = () => {
    readout.textContent = describe(cursor.row, cursor.column);
  };
  node.on("plotly_hover", ({ points }) => {
    [cursor.row, cursor.column] = points[0].pointNumber;
    say();
  });
  node.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move) {
      return;
    }
    event.preventDefault();
    cursor.row = clamp(cursor.row + move[0], map.length);
    cursor.column = clamp(cursor.column + move[1], map[0].length);
    globalThis.Plotly.Fx.hover(node, [
      { curveNumber: 0, pointNumber: [cursor.row, cursor.column] },
    ]);
    say();
  });
}

function clamp(value, count) {
  return Math.min(Math.max(value, 0), count - 1);
}

function drawHistogram(node, layer) {
  const { kept, skipped } = layer.significance_histogram;
  const x = kept.map((_, octave) => octave);
  const value = (octave) => layer.largest_significance * 2 ** -octave;
  const trace = (name, y, fill) => ({
    type: "bar",
    name,
    x,
    y,
    marker: { color: colour(fill) },
    customdata: x.map((octave) => [short(value(octave)), short(value(octave + 1))]),
    hovertemplate: hover(`${name}: %{y:,}`, "%{customdata[1]} to %{customdata[0]}"),
  });
  const shown = x.filter((octave) => octave % TICK_OCTAVES === 0);
  return draw(node, [trace("kept", kept, "first"), trace("skipped", skipped, "skipped")], {
    height: 300,
    barmode: "stack",
    bargap: 0.08,
    showlegend: true,
    xaxis: axis("significance", {
      autorange: "reversed",
      tickvals: shown,
      ticktext: shown.map((octave) => power(value(octave))),
      tickangle: 0,
      showgrid: false,
    }),
    yaxis: axis("taps", { tickformat: ",d", nticks: 5 }),
  });
}
