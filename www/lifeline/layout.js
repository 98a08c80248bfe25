/** Where the parts of a lifeline stand. */

/** @import { Lifeline } from '../types' */

/** Pixels: of the axis, of a lane for what is held open, of one for everything else, and between two. */
export const AXIS = 26;
const HELD = 30;
const BRIEF = 24;
const GAP = 8;

/** The least width of a bar, so that a request of some milliseconds is seen and can be pointed at; and among many. */
const [LEAST, LEAST_OF_MANY] = [5, 2];

/** A shorter Ping has no arrow: there would be nothing but arrows. */
const ARROW = 12;

/** A letter of a label takes about so much. */
const LETTER = 7;

/**
 * @typedef {{ from: number, to: number }} View Milliseconds since 1970.
 * @typedef {{ at: number, x: number, y: number, width: number, height: number, held: boolean }} Bar
 */

/**
 * The height of a lane, and where it begins.
 *
 * @param {Lifeline} line
 * @param {number} lane
 */
function laneAt({ heldLanes }, lane) {
  const held = lane < heldLanes;
  const above = Math.min(lane, heldLanes) * (HELD + GAP) + Math.max(0, lane - heldLanes) * (BRIEF + GAP);
  // What is held and what is not stand a little apart.
  return { y: AXIS + GAP + above + (held ? 0 : GAP), height: held ? HELD : BRIEF, held };
}

/** @param {Lifeline} line */
export function heightOf(line) {
  const last = laneAt(line, Math.max(0, line.allLanes - 1));
  return last.y + last.height + GAP;
}

/**
 * The bars in sight.
 *
 * @param {Lifeline} line
 * @param {View} view
 * @param {number} width In pixels.
 * @returns {Bar[]}
 */
export function bars(line, view, width) {
  const scale = width / (view.to - view.from);
  /** @type {Bar[]} */
  const found = [];
  for (let at = 0; at < line.rows.length; at++) {
    const [start, end] = [line.starts[at] ?? 0, line.ends[at] ?? 0];
    if (end < view.from || start > view.to) continue;
    // A bar that begins far to the left is drawn from a little before the edge: browsers do not take endless ones.
    const x = Math.max(-20, (start - view.from) * scale);
    const right = Math.min(width + 20, (end - view.from) * scale);
    found.push({ at, x, width: right - x, ...laneAt(line, line.lanes[at] ?? 0) });
  }
  const least = found.length > width / (2 * LEAST) ? LEAST_OF_MANY : LEAST;
  for (const bar of found) bar.width = Math.max(least, bar.width);
  return found;
}

/**
 * How much room a label has: inside its bar, or else up to the next bar of the lane.
 *
 * @param {Bar} bar
 * @param {Bar[]} all
 * @param {Lifeline} line
 * @param {string} text
 * @returns {{ x: number, inside: boolean } | undefined}
 */
export function labelOf(bar, all, line, text) {
  const needed = text.length * LETTER + 10;
  const left = Math.max(bar.x, 0);
  if (bar.x + bar.width - left >= needed) return { x: left + 6, inside: true };
  if (bar.held) return undefined;
  const lane = line.lanes[bar.at];
  const next = all.find((other) => other.at > bar.at && line.lanes[other.at] === lane);
  const free = (next?.x ?? Infinity) - (bar.x + bar.width);
  return free >= needed ? { x: bar.x + bar.width + 5, inside: false } : undefined;
}

/**
 * Whether there is room for an arrow to the end of a bar.
 *
 * @param {Bar} bar
 */
export const hasRoom = ({ held, width }) => !held || width >= ARROW;

/**
 * The line from what ended a request to its end, or from the end of an answer to what it led to.
 *
 * @param {Bar} bar
 * @param {Bar} cause
 * @param {boolean} led Whether the request led to the other, and was not ended by it.
 */
export function arrow(bar, cause, led) {
  const end = { x: bar.x + bar.width, y: bar.y + bar.height / 2 };
  const below = cause.y > bar.y;
  const other = { x: cause.x + 2, y: below ? cause.y : cause.y + cause.height };
  const same = cause.y === bar.y;
  if (same) {
    // Both on one lane: over the gap between them.
    const top = bar.y - 5;
    return `M${cause.x + 2} ${cause.y}V${top}H${end.x - 2}V${bar.y}`;
  }
  const edge = below ? bar.y + bar.height : bar.y;
  return led ? `M${end.x - 2} ${edge}L${other.x} ${other.y}` : `M${other.x} ${other.y}L${end.x - 2} ${edge}`;
}

/**
 * What is seen first: the request with what ended it, and enough beside them to see how it came.
 *
 * @param {Lifeline} line
 * @param {number} at
 * @returns {View}
 */
export function around(line, at) {
  const cause = line.causes[at] ?? -1;
  const both = cause >= 0 ? [at, cause] : [at];
  const from = Math.min(...both.map((one) => line.starts[one] ?? 0));
  const to = Math.max(...both.map((one) => line.ends[one] ?? 0));
  const beside = Math.max(30_000, (to - from) * 0.45);
  return { from: from - beside * 0.6, to: to + beside };
}

/**
 * All of it.
 *
 * @param {Lifeline} line
 * @returns {View}
 */
export function whole(line) {
  let [from, to] = [Infinity, -Infinity];
  for (let at = 0; at < line.rows.length; at++) {
    from = Math.min(from, line.starts[at] ?? Infinity);
    to = Math.max(to, line.ends[at] ?? -Infinity);
  }
  const beside = Math.max(2000, (to - from) * 0.02);
  return { from: from - beside, to: to + beside };
}
