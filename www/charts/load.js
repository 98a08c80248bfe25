/** How much was open at once and what began, over time: two pictures with one axis of time. */

import { html, nothing, render } from 'lit-html';
import uPlot from 'uplot';
import { counted, moment, number, tenthsOf } from '../format.js';
import { say } from '../language/say.js';
import { go } from '../state.js';
import { axes, colour, living, tzDate, wall, zoom } from './base.js';

/** @import { Curve, LoadReport } from '../types' */

/** @param {string} rfc3339 The log's own clock, as if it were UTC, in seconds. */
const clock = (rfc3339) => Date.parse(`${rfc3339.slice(0, 19)}Z`) / 1000;

/** @param {string} rfc3339 How many minutes its clock is ahead of UTC. */
function zoneOf(rfc3339) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(rfc3339) ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
}

/**
 * @param {Curve} curve
 * @param {LoadReport} load
 */
export function loadChart(curve, load) {
  return new LoadChart(curve, load).element;
}

class LoadChart {
  #curve;
  #load;
  #times;
  #upper = document.createElement('div');
  #lower = document.createElement('div');
  #foot = document.createElement('figcaption');
  #charts;

  /**
   * @param {Curve} curve
   * @param {LoadReport} load
   */
  constructor(curve, load) {
    this.#curve = curve;
    this.#load = load;
    const from = clock(curve.from);
    this.#times = curve.most.map((_, bucket) => from + (bucket * curve.bucket_ms) / 1000);
    // A step ends where the next one begins, and the last one has none.
    this.#times.push(from + (curve.most.length * curve.bucket_ms) / 1000);
    this.element = document.createElement('figure');
    this.element.className = 'chart';
    this.#upper.setAttribute('role', 'img');
    this.#upper.setAttribute('aria-label', this.#spoken());
    this.#lower.setAttribute('aria-hidden', 'true');
    this.element.append(this.#upper, this.#lower, this.#foot);
    this.#charts = [
      living(this.#upper, (width) => this.#open(width)),
      living(this.#lower, (width) => this.#begun(width)),
    ];
    this.#draw();
  }

  /** The picture for who cannot see it; its figures stand in a table below. */
  #spoken() {
    const { peak } = this.#load;
    return (
      say('Open requests over time from {from} on; most of them, {count}, at {at}.', {
        from: moment(this.#curve.from),
        count: number(peak?.count ?? 0),
        at: moment(peak?.at),
      })
    );
  }

  /** @param {number[]} values */
  #steps(values) {
    return [...values, values.at(-1) ?? 0];
  }

  /**
   * What both have.
   *
   * @param {number} width
   * @param {HTMLElement} place
   * @returns {Omit<uPlot.Options, 'series' | 'height'>}
   */
  #both(width, place) {
    return {
      width,
      tzDate,
      legend: { show: false },
      cursor: { sync: { key: 'load', setSeries: false }, drag: { x: true, y: false }, y: false, points: { show: false } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max) * 1.12] } },
      axes: axes(place),
      hooks: {
        setCursor: [({ cursor }) => this.#draw(cursor.idx ?? undefined)],
        setScale: [(chart, key) => key === 'x' && this.#follow(chart)],
      },
    };
  }

  /** @param {number} width */
  #open(width) {
    const { most, pings, mean_hundredths: mean } = this.#curve;
    const place = this.#upper;
    const paths = uPlot.paths.stepped?.({ align: 1 });
    const wanted = this.#load.threads_wanted;
    const highest = Math.max(...most);
    return new uPlot(
      {
        ...this.#both(width, place),
        height: 220,
        series: [
          {},
          { paths, stroke: 'transparent', fill: `color-mix(in srgb, ${colour(place, '--accent')} 28%, transparent)`, points: { show: false } },
          { paths, stroke: colour(place, '--ink'), width: 1, dash: [1, 3], points: { show: false } },
          { paths, stroke: colour(place, '--accent'), width: 1.5, points: { show: false } },
          // Where it is far above all that was open, it would press that flat.
          { show: wanted > 0 && wanted < highest * 4, stroke: colour(place, '--watch'), width: 1.3, dash: [6, 4], points: { show: false } },
        ],
      },
      [
        this.#times,
        this.#steps(pings),
        this.#steps(mean.map((value) => value / 100)),
        this.#steps(most),
        this.#times.map(() => wanted),
      ],
      place,
    );
  }

  /** @param {number} width */
  #begun(width) {
    const place = this.#lower;
    const paths = uPlot.paths.stepped?.({ align: 1 });
    const soft = colour(place, '--soft');
    const watch = colour(place, '--watch');
    return new uPlot(
      {
        ...this.#both(width, place),
        axes: axes(place, { y: { space: 24 } }),
        height: 110,
        series: [
          {},
          { paths, stroke: soft, fill: `color-mix(in srgb, ${soft} 40%, transparent)`, width: 1, points: { show: false } },
          { paths, stroke: watch, fill: watch, width: 1, points: { show: false } },
        ],
      },
      [this.#times, this.#steps(this.#curve.requests), this.#steps(this.#curve.conflicts)],
      place,
    );
  }

  /**
   * Both show the same part of the time.
   *
   * @param {uPlot} moved
   */
  #follow(moved) {
    const { min, max } = moved.scales.x ?? {};
    if (typeof min !== 'number' || typeof max !== 'number') return;
    for (const { chart } of this.#charts ?? []) {
      const other = chart();
      if (!other || other === moved) continue;
      const { x } = other.scales;
      if (x?.min !== min || x.max !== max) other.setScale('x', { min, max });
    }
    this.#draw();
  }

  #part() {
    const chart = this.#charts?.[0]?.chart();
    return chart && zoom(chart);
  }

  /** @param {number} [at] The step that is pointed at. */
  #draw(at) {
    const { most, pings, mean_hundredths: mean, requests, conflicts } = this.#curve;
    const part = this.#part();
    const wanted = this.#load.threads_wanted;
    const told =
      at === undefined || most[at] === undefined
        ? say('Drag over a part to look closer; double-click for all of it.')
        : say(
            'From {from}: at most {most} open, {pings} among them, {mean} on average; {requests} began, {conflicts} answered 409.',
            {
              from: wall(this.#times[at] ?? 0),
              most: number(most[at] ?? 0),
              pings: counted(pings[at] ?? 0, 'Ping'),
              mean: tenthsOf(mean[at] ?? 0),
              requests: counted(requests[at] ?? 0, 'request'),
              conflicts: number(conflicts[at] ?? 0),
            },
          );
    render(
      html`<p class="told" aria-live="polite">${told}</p>
        <ul class="keys">
          <li><i class="line accent"></i> ${say('most requests open at once')}</li>
          <li><i class="area accent"></i> ${say('Pings among them')}</li>
          <li><i class="dots"></i> ${say('on average')}</li>
          ${wanted > 0 ? html`<li><i class="dash"></i> ${say('threads asked for: {count}', { count: number(wanted) })}</li>` : nothing}
          <li><i class="area soft"></i> ${say('below: requests begun')}</li>
          <li><i class="area watch"></i> ${say('answered 409')}</li>
        </ul>
        <div class="tools" ?hidden=${!part}>
          <button type="button" class="quiet" @click=${() => this.#reset()}>${say('All of the time')}</button>
          <button type="button" class="quiet" @click=${() => this.#lead()}>${say('Show these requests as a table')}</button>
        </div>`,
      this.#foot,
    );
  }

  #lead() {
    const part = this.#part();
    if (!part) return;
    const shift = zoneOf(this.#curve.from) * 60;
    const bounds = [part.min, part.max].map((seconds) => Math.round((seconds - shift) * 1000));
    go({ conditions: [{ column: 'start', between: [bounds[0] ?? null, bounds[1] ?? null] }] });
  }

  #reset() {
    const [first, last] = [this.#times[0], this.#times.at(-1)];
    if (first !== undefined && last !== undefined) {
      this.#charts[0]?.chart()?.setScale('x', { min: first, max: last });
    }
  }
}
