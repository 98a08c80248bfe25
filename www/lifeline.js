/**
 * One device's lifeline: what it held open as long bars, what it asked for meanwhile below them, and an arrow from the
 * request that ended another one to that one's end. It is the picture of what a 409 on a Ping is.
 *
 * It is drawn as SVG, as only what is in sight is drawn, and each bar is a thing that can be pointed at and named.
 */

import { html, nothing, render, svg } from 'lit-html';
import { prose } from './cells.js';
import { freshId } from './dom.js';
import { counted, duration, isolated, moment, upright } from './format.js';
import { say } from './language/say.js';
import { AXIS, around, arrow, bars, hasRoom, heightOf, labelOf, whole } from './lifeline/layout.js';
import { ticks } from './ticks.js';

/** @import { Lifeline, OutcomeName, RequestRow } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Bar, View } from './lifeline/layout.js' */

/** Requests of the device that are fetched to each side of the one that is looked at. */
const BESIDE = 200;

/** The shortest and the longest time that the picture shows, in milliseconds. */
const [CLOSEST, WIDEST] = [2_000, 40 * 86_400_000];

/** How much a press of a key zooms. */
const STEP = 1.5;

/** @type {Promise<OutcomeName[]> | undefined} */
let names;

/**
 * The lifeline of a request's device around it.
 *
 * @param {Case} held
 * @param {number} row
 * @param {{ device?: boolean, open?: (row: number) => void }} [options] `device` shows as much as there is, from the
 *   request on.
 */
export async function lifeline(held, row, { device = false, open } = {}) {
  names ??= held.client.outcomes();
  const line = await held.client.lifeline(row, device ? 0 : BESIDE, device ? 2 * BESIDE : BESIDE);
  const at = line.rows.indexOf(row);
  if (line.rows.length === 0) {
    const none = document.createElement('p');
    none.className = 'muted';
    none.textContent = say('The log gives no time for this request, so it has no place on a line of time.');
    return none;
  }
  return new Picture(held, line, Math.max(0, at), await names, { device, open }).element;
}

class Picture {
  #held;
  #line;
  #outcomes;
  #open;
  /** The request that it was opened for. */
  #subject;
  /** The one that is pointed at. */
  #active;
  /** @type {View} */
  #view;
  #width = 0;
  /** @type {Map<number, { request: RequestRow, text: string }>} */
  #told = new Map();
  #arrow = freshId();
  #dragged = false;

  /**
   * @param {Case} held
   * @param {Lifeline} line
   * @param {number} subject
   * @param {OutcomeName[]} outcomes
   * @param {{ device: boolean, open?: (row: number) => void }} options
   */
  constructor(held, line, subject, outcomes, { device, open }) {
    this.#held = held;
    this.#line = line;
    this.#subject = device ? -1 : subject;
    this.#active = subject;
    this.#outcomes = outcomes;
    this.#open = open;
    this.#view = device ? whole(line) : around(line, subject);
    this.element = document.createElement('figure');
    this.element.className = 'lifeline';
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.#draw();
    }).observe(this.element);
    void this.#tell(this.#active);
  }

  #draw() {
    if (this.#width === 0) return;
    const line = this.#line;
    const seen = bars(line, this.#view, this.#width);
    const height = heightOf(line);
    render(
      html`<div class="steering">
          <span class="span">${this.#span()}</span>
          <button type="button" title=${`${say('Closer')} (+)`} aria-label=${say('Closer')} @click=${() => this.#zoom(1 / STEP)}>+</button>
          <button type="button" title=${`${say('Wider')} (−)`} aria-label=${say('Wider')} @click=${() => this.#zoom(STEP)}>−</button>
          <button type="button" title=${`${say('All that is here')} (0)`} @click=${() => this.#show(whole(line))}>${say('All')}</button>
          <button
            type="button"
            title="Back to the request (Home)"
            ?hidden=${this.#subject < 0}
            @click=${() => this.#home()}
          >
            ${say('Back to it')}
          </button>
        </div>
        <div
          class="canvas"
          role="application"
          tabindex="0"
          aria-roledescription="lifeline"
          aria-label="The device’s requests on a line of time. Arrow keys go from request to request, plus and minus zoom."
          aria-describedby="${this.#arrow}-told"
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#press(event)}
          @wheel=${{ handleEvent: (/** @type {WheelEvent} */ event) => this.#wheel(event), passive: false }}
          @pointerdown=${(/** @type {PointerEvent} */ event) => this.#drag(event)}
        >
          ${svg`<svg width=${this.#width} height=${height} aria-hidden="true">
            <defs>
              <marker id=${this.#arrow} viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                <path class="head" d="M0 0 8 4 0 8z" />
              </marker>
            </defs>
            ${this.#axis(height)}
            ${this.#ground(height)}
            ${seen.map((bar) => this.#bar(bar, seen))}
            ${seen.map((bar) => this.#link(bar, seen))}
          </svg>`}
        </div>
        <figcaption id="${this.#arrow}-told" aria-live="polite">${this.#words()}</figcaption>`,
      this.element,
    );
  }

  /** @param {number} height */
  #axis(height) {
    const shift = (this.#line.zone ?? 0) * 60_000;
    const { from, to } = this.#view;
    const scale = this.#width / (to - from);
    return ticks(from + shift, to + shift, this.#width / 90).map(({ ms, word }) => {
      const x = (ms - shift - from) * scale;
      return svg`<line class="tick" x1=${x} x2=${x} y1=${AXIS - 6} y2=${height} /><text x=${x + 4} y="14">${word}</text>`;
    });
  }

  /** @param {number} height */
  #ground(height) {
    const { heldLanes, allLanes } = this.#line;
    if (heldLanes === 0 || allLanes === heldLanes) return nothing;
    const y = heightOf({ ...this.#line, allLanes: heldLanes }) + 4;
    return svg`<line class="ground" x1="0" x2=${this.#width} y1=${y} y2=${y} /><title>${height}</title>`;
  }

  /**
   * @param {Bar} bar
   * @param {Bar[]} all
   */
  #bar(bar, all) {
    const { at, x, y, width, height } = bar;
    const line = this.#line;
    const outcome = this.#outcomes[line.outcomes[at] ?? 0];
    const text = this.#label(at);
    const label = labelOf(bar, all, line, text) ?? labelOf(bar, all, line, line.commands[at] ?? '');
    const shown = labelOf(bar, all, line, text) ? text : (line.commands[at] ?? '');
    const conflict = line.statuses[at] === 409;
    return svg`<g
      class="bar"
      data-severity=${outcome?.severity ?? nothing}
      data-row=${line.rows[at] ?? nothing}
      ?data-held=${bar.held}
      ?data-conflict=${conflict}
      ?data-subject=${at === this.#subject}
      ?data-active=${at === this.#active}
      @pointerenter=${() => this.#point(at)}
      @click=${() => this.#pick(at)}
    >
      <rect x=${x} y=${y} width=${width} height=${height} rx="4" />
      ${conflict && width > 12 ? svg`<rect class="end" x=${x + width - 5} y=${y} width="5" height=${height} rx="2" />` : nothing}
      ${label ? svg`<text x=${label.x} y=${y + height / 2 + 4}>${upright(shown)}</text>` : nothing}
    </g>`;
  }

  /**
   * @param {Bar} bar
   * @param {Bar[]} all
   */
  #link(bar, all) {
    const cause = all.find(({ at }) => at === this.#line.causes[bar.at]);
    if (!cause || !hasRoom(bar)) return nothing;
    const led = this.#outcomes[this.#line.outcomes[bar.at] ?? 0]?.code === 'changes-found';
    return svg`<path class="link" ?data-led=${led} data-from=${this.#line.rows[cause.at] ?? nothing}
      data-to=${this.#line.rows[bar.at] ?? nothing} d=${arrow(bar, cause, led)} marker-end="url(#${this.#arrow})" />`;
  }

  /** @param {number} at */
  #label(at) {
    const line = this.#line;
    const status = line.statuses[at] ? ` · ${line.statuses[at]}` : '';
    const length = line.timed[at] ? ` ${duration((line.ends[at] ?? 0) - (line.starts[at] ?? 0))}` : '';
    return `${line.commands[at]}${length}${status}`;
  }

  /** What the picture covers, and what is beside it. */
  #span() {
    const wall = (/** @type {number} */ ms) => moment(new Date(ms + (this.#line.zone ?? 0) * 60_000).toISOString());
    const { before, after } = this.#line;
    const more = before + after;
    const beside = more > 0 ? ` · ${say('{requests} of the device before or after', { requests: counted(more, 'request') })}` : '';
    return `${say('{from} to {to}', { from: wall(this.#view.from), to: wall(this.#view.to) })}${beside}`;
  }

  #words() {
    // Of the request that it was opened for, everything stands beside the picture already.
    if (this.#active === this.#subject) {
      return html`<p class="muted">${say('Point at a bar, or go there with the arrow keys, to see its line.')}</p>`;
    }
    const told = this.#told.get(this.#active);
    if (!told) return nothing;
    const { request, text } = told;
    return html`<p><b><bdi>${isolated(this.#label(this.#active))}</bdi></b> ${prose(request.sentence)}</p>
      <pre><code>${text}</code></pre>`;
  }

  /** @param {number} at */
  #point(at) {
    if (this.#dragged || at === this.#active) return;
    this.#active = at;
    this.#draw();
    void this.#tell(at);
  }

  /** @param {number} at */
  async #tell(at) {
    const row = this.#line.rows[at];
    if (row === undefined || this.#told.has(at)) return;
    const { client } = this.#held;
    const [request] = await client.requests(Uint32Array.of(row));
    if (!request) return;
    // The line may be gone with its file; what happened is known all the same.
    const raw = await client.raw(row, request.file).catch(() => undefined);
    this.#told.set(at, { request, text: raw?.text ?? '' });
    if (at === this.#active) this.#draw();
  }

  /** @param {number} at */
  #pick(at) {
    const row = this.#line.rows[at];
    if (this.#dragged || row === undefined) return;
    this.#point(at);
    this.#open?.(row);
  }

  /** @param {View} view */
  #show({ from, to }) {
    const length = Math.min(WIDEST, Math.max(CLOSEST, to - from));
    const middle = (from + to) / 2;
    this.#view = { from: middle - length / 2, to: middle + length / 2 };
    this.#draw();
  }

  #home() {
    this.#active = this.#subject;
    this.#show(around(this.#line, this.#subject));
    void this.#tell(this.#active);
  }

  /**
   * @param {number} factor More than 1 shows more time.
   * @param {number} [place] What stays where it is: a share of the width.
   */
  #zoom(factor, place = 0.5) {
    const { from, to } = this.#view;
    const length = Math.min(WIDEST, Math.max(CLOSEST, (to - from) * factor));
    const fixed = from + (to - from) * place;
    this.#view = { from: fixed - length * place, to: fixed + length * (1 - place) };
    this.#draw();
  }

  /** @param {number} share Of the width, to the right. */
  #pan(share) {
    const { from, to } = this.#view;
    const by = (to - from) * share;
    this.#view = { from: from + by, to: to + by };
    this.#draw();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    // The page scrolls as ever, unless somebody means the picture.
    if (!event.ctrlKey && !event.metaKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) return this.#pan(event.deltaX / this.#width);
    const canvas = /** @type {HTMLElement} */ (event.currentTarget);
    const place = (event.clientX - canvas.getBoundingClientRect().left) / this.#width;
    this.#zoom(2 ** (event.deltaY / 240), place);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (event.button !== 0) return;
    const canvas = /** @type {HTMLElement} */ (event.currentTarget);
    const { from, to } = this.#view;
    const scale = (to - from) / this.#width;
    const begun = event.clientX;
    this.#dragged = false;
    const move = (/** @type {PointerEvent} */ { clientX }) => {
      const by = (begun - clientX) * scale;
      if (Math.abs(begun - clientX) > 4 && !this.#dragged) {
        this.#dragged = true;
        canvas.setPointerCapture(event.pointerId);
      }
      if (!this.#dragged) return;
      this.#view = { from: from + by, to: to + by };
      this.#draw();
    };
    const end = () => {
      canvas.removeEventListener('pointermove', move);
      // A click comes right behind the end of a drag, and means nothing then.
      setTimeout(() => (this.#dragged = false));
    };
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', end, { once: true });
    canvas.addEventListener('pointercancel', end, { once: true });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowRight: () => this.#step(1),
      ArrowLeft: () => this.#step(-1),
      PageDown: () => this.#pan(0.8),
      PageUp: () => this.#pan(-0.8),
      '+': () => this.#zoom(1 / STEP),
      '=': () => this.#zoom(1 / STEP),
      '-': () => this.#zoom(STEP),
      0: () => this.#show(whole(this.#line)),
      Home: () => (this.#subject < 0 ? this.#show(whole(this.#line)) : this.#home()),
      Enter: () => this.#pick(this.#active),
    };
    const act = keys[key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {number} by */
  #step(by) {
    const at = Math.min(this.#line.rows.length - 1, Math.max(0, this.#active + by));
    const [start, end] = [this.#line.starts[at] ?? 0, this.#line.ends[at] ?? 0];
    const { from, to } = this.#view;
    // What is gone to is seen.
    if (end < from || start > to) {
      const length = to - from;
      this.#view = { from: start - length * 0.3, to: start + length * 0.7 };
    }
    this.#active = at;
    this.#draw();
    void this.#tell(at);
  }
}
