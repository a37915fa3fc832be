/**
 * Taps of a layer: what compiler/tap_levels.py has put into the report, and maps of it.
 */

const LARGEST = 127;
const STEPS = 4;
const TILE = 6;

/** Layers of a report that say which taps they keep. */
export function layersWithTaps(report) {
  return report.layers.filter((layer) => layer.taps);
}

/** Levels of a layer, Int8Array of [outputs, positions, inputs]. */
export async function decodeTaps(layer) {
  const packed = Uint8Array.from(atob(layer.taps.levels), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const [outputs, positions, inputs] = layer.taps.shape;
  const levels = new Int8Array(await new Response(stream).arrayBuffer());
  return { layer, levels, outputs, positions, inputs };
}

/** What a level stands for. */
export function significance(layer, level) {
  return layer.largest_significance * 2 ** ((Math.abs(level) - LARGEST) / STEPS);
}

/** How much a level shows, 0 to 1, over the given number of octaves below the largest. */
export function strength(level, octaves) {
  return Math.max(0, 1 - (LARGEST - Math.abs(level)) / (STEPS * octaves));
}

/** "row 1, column 2", of the window or of a transformed tile. */
export function positionName(layer, position) {
  const [row, column] = rowAndColumn(layer, position);
  return `row ${row}, column ${column}`;
}

/** Short: "1, 2". */
export function positionTick(layer, position) {
  return rowAndColumn(layer, position).join(", ");
}

function rowAndColumn(layer, position) {
  const width = layer.domain ? TILE : layer.weight_shape[2];
  return [Math.floor(position / width), position % width];
}

/**
 * A map with input channels as columns. Rows are kernel positions of an output channel, or output
 * channels at a kernel position: `pick`, or all of them together where it is null. A cell counts
 * what is kept, skipped and absent, and has the largest level of those.
 */
export function mapOf(taps, rows, pick) {
  const byPosition = rows === "position";
  const count = byPosition ? taps.positions : taps.outputs;
  const others = byPosition ? taps.outputs : taps.positions;
  const picked = pick === null ? Array.from({ length: others }, (_, i) => i) : [pick];
  const at = (row, other) =>
    byPosition ? other * taps.positions + row : row * taps.positions + other;
  const rowOf = (row) => {
    const starts = picked.map((other) => at(row, other) * taps.inputs);
    return Array.from({ length: taps.inputs }, (_, input) => cellOf(taps.levels, starts, input));
  };
  return Array.from({ length: count }, (_, row) => rowOf(row));
}

function cellOf(levels, starts, input) {
  const cell = { kept: 0, skipped: 0, absent: 0, level: 0 };
  for (const start of starts) {
    const level = levels[start + input];
    cell[fate(level)] += 1;
    if (Math.abs(level) > Math.abs(cell.level)) {
      cell.level = level;
    }
  }
  return cell;
}

/** What became of a tap. */
export function fate(level) {
  if (level === 0) {
    return "absent";
  }
  return level > 0 ? "kept" : "skipped";
}

/** Sums over a map. */
export function countsOf(map) {
  const counts = { kept: 0, skipped: 0, absent: 0 };
  for (const cell of map.flat()) {
    counts.kept += cell.kept;
    counts.skipped += cell.skipped;
    counts.absent += cell.absent;
  }
  return counts;
}
