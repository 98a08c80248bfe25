/**
 * Every Ping as a point: when it began, on a logarithmic scale how long it was open, and by colour and shape how it
 * ended. What a heartbeat is, is seen at once: a level on which many end.
 */

import { html, nothing, render } from 'lit-html';
import uPlot from 'uplot';
import { worded } from '../cells.js';
import { UNKNOWN, counted, duration, number } from '../format.js';
import { say } from '../language/say.js';
import { go } from '../state.js';
import { axes, colour, living, tzDate, wall, zoom } from './base.js';

/** @import { Condition, OutcomeName, PingPoints } from '../types' */
/** @import { Case } from '../rawlines.js' */

/** Points that are drawn at the most; of more, some stand for others. */
const MOST = 20_000;

/** Where the scale begins at the latest and ends at the earliest, in seconds. */
const [SHORT, LONG] = [1, 120];

/** Marks of the scale, in seconds, such as people think in. */
const MARKS = [0.01, 0.1, 1, 10, 60, 300, 900, 1800, 3600, 14_400, 86_400];

/** Room for the names of heartbeats and timeouts, in pixels. */
const NAMES = 120;

/** From so many points on, those of an outcome are a cloud. */
const CLOUD = 1500;

/** How near the pointer must come to a point, in pixels. */
const NEAR = 14;

/**
 * How each outcome is drawn.
 *
 * @typedef {'disc' | 'ring' | 'square' | 'triangle' | 'cross'} Shape
 * @type {Record<string, [string, Shape]>}
 */
const LOOK = {
  'superseded-by-sync': ['--accent', 'disc'],
  'superseded-by-ping': ['--accent', 'ring'],
  'superseded-by-other': ['--accent', 'square'],
  'superseded-unseen': ['--watch', 'cross'],
  'changes-found': ['--harmless', 'disc'],
  'heartbeat-expired': ['--soft', 'square'],
  'returned-at-once': ['--watch', 'triangle'],
  'reply-lost': ['--act', 'triangle'],
  'cut-in-between': ['--act', 'cross'],
};
/** @type {[string, Shape]} */
const OTHER = ['--ink', 'ring'];

/** @param {Case} held */
export async function pingChart(held) {
  const [points, outcomes] = await Promise.all([held.client.pings(MOST), held.client.outcomes()]);
  if (points.rows.length < 2) return null;
  return new PingChart(points, outcomes).element;
}

class PingChart {
  #points;
  #outcomes;
  #shift;
  #hidden = new Set();
  /** @type {Map<string, number[]>} The points of each outcome. */
  #places = new Map();
  #plot = document.createElement('div');
  #foot = document.createElement('figcaption');
  #living;
  /** The point that is pointed at. */
  #near = -1;
  /** The ends of the scale, in seconds. */
  #least = SHORT;
  #most = LONG;

  /**
   * @param {PingPoints} points
   * @param {OutcomeName[]} outcomes
   */
  constructor(points, outcomes) {
    this.#points = points;
    this.#outcomes = outcomes;
    this.#shift = (points.zone ?? 0) * 60_000;
    for (let at = 0; at < points.rows.length; at++) {
      const code = this.#outcome(at)?.code ?? '';
      const places = this.#places.get(code) ?? [];
      if (places.push(at) === 1) this.#places.set(code, places);
      const ms = points.lengths[at] ?? 0;
      this.#least = Math.min(this.#least, ms / 1500);
      this.#most = Math.max(this.#most, ms / 700);
    }
    this.#least = Math.max(0.01, this.#least);
    this.element = document.createElement('figure');
    this.element.className = 'chart';
    this.#plot.setAttribute('role', 'img');
    this.#plot.setAttribute('aria-label', this.#spoken());
    this.element.append(this.#plot, this.#foot);
    this.#living = living(this.#plot, (width) => this.#make(width));
    this.#draw();
  }

  #spoken() {
    const marks = this.#points.marks.map(({ label }) => worded(label)).join(', ');
    return say('How long each Ping was open, over time. Marks: {marks}. The same stands in the tables.', { marks: marks || UNKNOWN });
  }

  /** @param {number} at */
  #x(at) {
    return ((this.#points.starts[at] ?? 0) + this.#shift) / 1000;
  }

  /**
   * @param {number} at
   * @returns {number} In seconds; what took no time stands at the foot of the scale.
   */
  #y(at) {
    return Math.max(this.#least, (this.#points.lengths[at] ?? 0) / 1000);
  }

  /** @param {number} at */
  #outcome(at) {
    return this.#outcomes[this.#points.outcomes[at] ?? 0];
  }

  /** @param {number} width */
  #make(width) {
    let [from, to] = [Infinity, -Infinity];
    for (let at = 0; at < this.#points.rows.length; at++) {
      from = Math.min(from, this.#x(at));
      to = Math.max(to, this.#x(at));
    }
    const beside = Math.max(60, (to - from) * 0.01);
    const soft = colour(this.#plot, '--soft');
    const marks = colour(this.#plot, '--accent');
    const cuts = colour(this.#plot, '--act');
    const paints = new Map(
      this.#outcomes.map(({ code }) => {
        const [name, shape] = LOOK[code] ?? OTHER;
        return [code, { paint: colour(this.#plot, name), shape }];
      }),
    );
    return new uPlot(
      {
        width,
        height: 340,
        padding: [null, NAMES, null, null],
        tzDate,
        legend: { show: false },
        cursor: { points: { show: false }, drag: { x: true, y: false }, y: false },
        scales: { x: { time: true }, y: { distr: 3, range: [this.#least, this.#most] } },
        series: [{}, { show: true, paths: () => null, points: { show: false } }],
        axes: axes(this.#plot, {
          y: { splits: () => MARKS, values: (_, splits) => splits.map((s) => duration(s * 1000)), filter: (_, s) => s },
        }),
        hooks: {
          draw: [
            (chart) => {
              this.#lines(chart, soft, marks, cuts);
              this.#paint(chart, paints);
            },
          ],
          setCursor: [(chart) => this.#point(chart)],
          setScale: [() => this.#draw()],
        },
      },
      [
        [from - beside, to + beside],
        [this.#least, this.#most],
      ],
      this.#plot,
    );
  }

  /**
   * Heartbeats and timeouts.
   *
   * @param {uPlot} chart
   * @param {string} words
   * @param {string} heartbeat
   * @param {string} timeout
   */
  #lines(chart, words, heartbeat, timeout) {
    const { ctx, bbox } = chart;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.lineWidth = ratio;
    // From the longest down, each name at its line or else right under the one before.
    let free = -Infinity;
    for (const { ms, kind, label } of [...this.#points.marks].reverse()) {
      const y = chart.valToPos(ms / 1000, 'y', true);
      ctx.setLineDash(kind === 'timeout' ? [6 * ratio, 4 * ratio] : [2 * ratio, 3 * ratio]);
      ctx.strokeStyle = kind === 'timeout' ? timeout : heartbeat;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillStyle = words;
      const at = Math.max(y, free);
      free = at + 13 * ratio;
      ctx.fillText(label, bbox.left + bbox.width + 6 * ratio, at);
    }
    ctx.restore();
  }

  /**
   * @param {uPlot} chart
   * @param {Map<string, { paint: string, shape: Shape }>} paints
   */
  #paint(chart, paints) {
    const { ctx, bbox } = chart;
    const size = 2.6 * devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.globalAlpha = this.#points.rows.length > 5000 ? 0.45 : 0.75;
    ctx.lineWidth = 1.2 * devicePixelRatio;
    const { min, max } = chart.scales.x ?? {};
    for (const [code, places] of this.#places) {
      const look = paints.get(code);
      if (!look || this.#hidden.has(code)) continue;
      ctx.fillStyle = look.paint;
      ctx.strokeStyle = look.paint;
      // Of a cloud, nobody sees the shape of the drops, and squares are drawn ten times as fast.
      const kind = places.length > CLOUD ? 'square' : look.shape;
      for (const at of places) {
        const seconds = this.#x(at);
        if (seconds < (min ?? -Infinity) || seconds > (max ?? Infinity)) continue;
        shape(ctx, kind, chart.valToPos(seconds, 'x', true), chart.valToPos(this.#y(at), 'y', true), size);
      }
    }
    ctx.restore();
  }

  /** @param {uPlot} chart */
  #point(chart) {
    const { left = -1, top = -1 } = chart.cursor;
    let [near, least] = [-1, NEAR ** 2];
    if (left >= 0) {
      for (let at = 0; at < this.#points.rows.length; at++) {
        if (this.#hidden.has(this.#outcome(at)?.code)) continue;
        const distance =
          (chart.valToPos(this.#x(at), 'x') - left) ** 2 + (chart.valToPos(this.#y(at), 'y') - top) ** 2;
        if (distance < least) [near, least] = [at, distance];
      }
    }
    if (near === this.#near) return;
    this.#near = near;
    this.#draw();
  }

  /** The requests that the picture shows now. */
  #shown() {
    const chart = this.#living.chart();
    const part = chart && zoom(chart);
    /** @type {Condition[]} */
    const conditions = [{ column: 'command', is: ['Ping'] }];
    if (part) {
      const bounds = [part.min, part.max].map((seconds) => Math.round(seconds * 1000 - this.#shift));
      conditions.push({ column: 'start', between: [bounds[0] ?? null, bounds[1] ?? null] });
    }
    const kept = this.#kinds().filter(({ code }) => !this.#hidden.has(code));
    if (this.#hidden.size > 0) conditions.push({ column: 'outcome', is: kept.map(({ code }) => code) });
    return { conditions, part };
  }

  #kinds() {
    return [...this.#places]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([code]) => ({ code, title: this.#outcomes.find((outcome) => outcome.code === code)?.title ?? code }));
  }

  #draw() {
    const { rows, all, without, lengths } = this.#points;
    const near = this.#near;
    const { part, conditions } = this.#living ? this.#shown() : { part: undefined, conditions: [] };
    render(
      html`<p class="told" aria-live="polite">
          ${near < 0
            ? say('Drag over a part to look closer; double-click for all of it.')
            : say('{at}: open for {length}. {outcome}.', {
                at: wall(this.#x(near)),
                length: duration(lengths[near]),
                outcome: worded(this.#outcome(near)?.title ?? ''),
              })}
        </p>
        <div class="keys">
          ${this.#kinds().map(
            ({ code, title }) =>
              html`<button
                type="button"
                aria-pressed=${!this.#hidden.has(code)}
                @click=${() => this.#toggle(code)}
              >
                ${swatch(...(LOOK[code] ?? OTHER))} ${worded(title)}
              </button>`,
          )}
        </div>
        <div class="tools">
          ${part
            ? html`<button type="button" class="quiet" @click=${() => this.#reset()}>${say('All of the time')}</button>`
            : nothing}
          <button type="button" class="quiet" @click=${() => go({ conditions })}>${say('Show these Pings as a table')}</button>
          ${rows.length < all
            ? html`<span class="muted">${say('{drawn} of {pings} are drawn; rare outcomes all.', { drawn: number(rows.length), pings: counted(all, 'Ping') })}</span>`
            : nothing}
          ${without > 0
            ? html`<span class="muted">${say('Not drawn, as they have no time or no duration: {pings}.', { pings: counted(without, 'Ping') })}</span>`
            : nothing}
        </div>`,
      this.#foot,
    );
  }

  /** @param {string} code */
  #toggle(code) {
    if (!this.#hidden.delete(code)) this.#hidden.add(code);
    this.#living.chart()?.redraw(false);
    this.#draw();
  }

  #reset() {
    const chart = this.#living.chart();
    const [first, last] = [chart?.data[0]?.[0], chart?.data[0]?.at(-1)];
    if (typeof first === 'number' && typeof last === 'number') chart?.setScale('x', { min: first, max: last });
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Shape} kind
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function shape(ctx, kind, x, y, r) {
  if (kind === 'square') return ctx.fillRect(x - r * 0.8, y - r * 0.8, r * 1.6, r * 1.6);
  ctx.beginPath();
  if (kind === 'cross') {
    ctx.moveTo(x - r, y - r);
    ctx.lineTo(x + r, y + r);
    ctx.moveTo(x + r, y - r);
    ctx.lineTo(x - r, y + r);
    return ctx.stroke();
  }
  if (kind === 'triangle') {
    ctx.moveTo(x, y - r * 1.2);
    ctx.lineTo(x + r * 1.2, y + r);
    ctx.lineTo(x - r * 1.2, y + r);
    return ctx.fill();
  }
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  if (kind === 'ring') ctx.stroke();
  else ctx.fill();
}

/** @type {Record<Shape, string>} */
const PATHS = {
  disc: 'M6 2.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7z',
  ring: 'M6 3a3 3 0 1 1 0 6a3 3 0 1 1 0-6z',
  square: 'M3 3h6v6H3z',
  triangle: 'M6 2l4 7.5H2z',
  cross: 'M2.5 2.5l7 7M9.5 2.5l-7 7',
};

/**
 * @param {string} name
 * @param {Shape} kind
 */
const swatch = (name, kind) =>
  html`<svg class="swatch ${kind}" data-tone=${name.slice(2)} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d=${PATHS[kind]} />
  </svg>`;
