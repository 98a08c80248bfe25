/**
 * All requests in one table: sorted and filtered by any column, searched, copied, and opened one by one. Every number of
 * the report that stands for requests leads here.
 */

import { html, nothing, render } from 'lit-html';
import { save } from './download.js';
import { FIRST, cells } from './explorer/columns.js';
import { Grid } from './explorer/grid.js';
import { counted, isolated, number } from './format.js';
import { say } from './language/say.js';
import { durations, moments, numbers } from './ranges.js';
import { explanation } from './requests.js';
import { section } from './section.js';
import { go, onPlace, place } from './state.js';

/** @import { Column, Condition, Facets, OutcomeName, Query } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Cell } from './explorer/columns.js' */

/** So many requests are copied at the most: a clipboard is no file. */
const COPIED = 10_000;

/** So many are written to a file at once. */
const WRITTEN = 20_000;

/** How long somebody has stopped typing before what was typed is looked for, in milliseconds. */
const PAUSE_MS = 250;

/** @param {Case} held */
export async function explorer(held) {
  const outcomes = await held.client.outcomes();
  const view = new Explorer(held, outcomes);
  const { element, ...rest } = section('requests', say('All requests'), null, view.element);
  onPlace((query, there) => {
    void view.ask(query);
    if (there) element.scrollIntoView({ block: 'start' });
  });
  await view.ask(place() ?? {});
  return { element, ...rest };
}

class Explorer {
  #held;
  #cells;
  #grid;
  #bar = document.createElement('div');
  #detail = document.createElement('div');
  /** @type {Set<Column>} */
  #shown = new Set(FIRST);
  /** @type {Query} */
  #query = {};
  /** @type {Uint32Array} */
  #rows = new Uint32Array();
  #turn = 0;
  #problem = '';
  #said = '';
  /** @type {Map<Column, Facets>} What can be chosen in columns of few names. */
  #facets = new Map();
  /** @type {Map<Column, string>} What was typed into filters that are no question yet. */
  #typed = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {Case} held
   * @param {OutcomeName[]} outcomes
   */
  constructor(held, outcomes) {
    this.#held = held;
    this.#cells = cells(held.report, outcomes);
    this.#grid = new Grid((rows) => held.client.requests(rows));
    this.element = document.createElement('div');
    this.element.className = 'explorer';
    this.#detail.className = 'opened';
    this.element.append(this.#bar, this.#grid.element, this.#detail);
  }

  /**
   * Shows the requests that a question asks for.
   *
   * @param {Query} query
   */
  async ask(query) {
    const turn = ++this.#turn;
    this.#query = query;
    for (const { column } of query.conditions ?? []) this.#shown.add(column);
    if (query.sort) this.#shown.add(query.sort.column);
    this.#draw();
    try {
      const rows = await this.#held.client.select(query);
      if (turn !== this.#turn) return;
      this.#problem = '';
      this.#rows = rows;
      this.#grid.fill(rows);
      for (const { column, kind } of this.#seen()) {
        if (kind === 'names' && !this.#facets.has(column)) {
          this.#facets.set(column, await this.#held.client.facets({}, column));
        }
      }
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#draw();
  }

  /** @returns {Cell[]} */
  #seen() {
    return this.#cells.filter(({ column }) => this.#shown.has(column));
  }

  #draw() {
    render(this.#toolbar(), this.#bar);
    this.#grid.draw({
      columns: this.#seen(),
      head: this.#head(),
      label: say('Requests, {count}', { count: this.#count() }),
      open: (row) => void this.#open(row),
    });
  }

  #count() {
    const all = this.#held.report.totals.activesync;
    const found = this.#rows.length;
    return found === all ? counted(all, 'request') : say('{found} of {all}', { found: number(found), all: counted(all, 'request') });
  }

  #toolbar() {
    const { conditions = [], text = '' } = this.#query;
    const filtered = conditions.length > 0 || text !== '';
    return html`<div class="bar">
        <label class="search">
          <span>${say('Search users, devices, agents and addresses')}</span>
          <input
            type="search"
            placeholder="a word or a regular expression"
            spellcheck="false"
            autocomplete="off"
            .value=${text}
            @input=${(/** @type {InputEvent} */ event) => this.#later(() => ({ ...this.#query, text: value(event) }))}
          />
        </label>
        <p class="count" role="status">${this.#count()}${this.#said && ` · ${this.#said}`}</p>
        <div class="tools">
          <button type="button" class="quiet" ?hidden=${!filtered} @click=${() => this.#clear()}>${say('Clear filters')}</button>
          <button type="button" class="quiet" @click=${() => this.#copy()}>${say('Copy')}</button>
          <button type="button" class="quiet" @click=${() => this.#save()}>${say('Save as CSV')}</button>
          <details class="choose">
            <summary>${say('Columns')}</summary>
            <ul>
              ${this.#cells.map(
                ({ column, title }) =>
                  html`<li>
                    <label
                      ><input
                        type="checkbox"
                        .checked=${this.#shown.has(column)}
                        @change=${() => this.#show(column)}
                      />${say(title)}</label
                    >
                  </li>`,
              )}
            </ul>
          </details>
        </div>
      </div>
      ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
      ${filtered && this.#rows.length === 0 && !this.#problem
        ? html`<p class="muted">${say('No request is like that. Clear the filters to see all of them again.')}</p>`
        : nothing}`;
  }

  #head() {
    const { sort } = this.#query;
    return html`<div role="row" class="row head" aria-rowindex="1">
      ${this.#seen().map((cell) => {
        const { column, title, number: right } = cell;
        const direction = sort?.column === column ? (sort.descending ? 'descending' : 'ascending') : 'none';
        return html`<div role="columnheader" class=${right ? 'number' : nothing} aria-sort=${direction}>
          <button type="button" class="sort" @click=${() => this.#sort(column)}>
            ${say(title)}<span aria-hidden="true">${{ ascending: ' ↑', descending: ' ↓', none: '' }[direction]}</span>
          </button>
          ${cell.kind === 'names' ? this.#choice(cell) : this.#entry(cell)}
        </div>`;
      })}
    </div>`;
  }

  /** @param {Cell} cell */
  #choice({ column, title, name }) {
    const chosen = this.#condition(column);
    const values = chosen && 'is' in chosen ? chosen.is : [];
    const { values: known, further, unknown } = this.#facets.get(column) ?? { values: [], further: 0, unknown: 0 };
    // Several are chosen by links; the list shows them as one.
    const several = values.length > 1 ? values.join('\n') : undefined;
    return html`<select
      aria-label="Filter by ${title}"
      @change=${(/** @type {Event} */ event) => {
        const picked = value(event);
        this.#filter(column, picked === '' ? undefined : picked === '?' ? { unknown: true } : { is: picked.split('\n') });
      }}
    >
      <option value="" ?selected=${!chosen}>${say('all')}</option>
      ${several ? html`<option value=${several} selected>${values.map(name).join(', ')}</option>` : nothing}
      ${known.map(
        (facet) =>
          html`<option value=${facet.value} ?selected=${values.length === 1 && values[0] === facet.value}>
            ${isolated(name(facet.value))} (${number(facet.count)})
          </option>`,
      )}
      ${unknown > 0
        ? html`<option value="?" ?selected=${chosen && 'unknown' in chosen}>${say('not in the log ({count})', { count: number(unknown) })}</option>`
        : nothing}
      ${further > 0 ? html`<option disabled>${say('and {count} more', { count: number(further) })}</option>` : nothing}
    </select>`;
  }

  /** @param {Cell} cell */
  #entry(cell) {
    const { column, title, kind } = cell;
    const hint = { text: say('has …'), duration: '> 5 min', number: '0 - 100', moment: '2025-05-14 14:20 - …', names: '' }[kind];
    const typed = this.#typed.get(column);
    const condition = this.#condition(column);
    const bad = typed !== undefined && typed !== '' && !condition;
    return html`<input
      aria-label="Filter by ${title}"
      aria-invalid=${bad ? 'true' : nothing}
      title=${say(bad ? 'This is no filter for {title}. Try one like {hint}' : 'Filter by {title}, as in {hint}', { title: say(title), hint })}
      placeholder=${hint}
      spellcheck="false"
      autocomplete="off"
      .value=${typed ?? this.#written(cell, condition)}
      @input=${(/** @type {InputEvent} */ event) => {
        const text = value(event);
        this.#typed.set(column, text);
        this.#later(() => this.#with(column, text.trim() === '' ? undefined : this.#test(cell, text.trim())));
      }}
    />`;
  }

  /**
   * @param {Cell} cell
   * @param {string} text
   * @returns {Omit<Condition, 'column'> | undefined}
   */
  #test({ kind }, text) {
    if (kind === 'text') {
      const [, expression] = /^\/(.+)\/$/.exec(text) ?? [];
      return expression ? { matches: expression } : { contains: text };
    }
    const range =
      kind === 'duration' ? durations(text) : kind === 'moment' ? moments(text, this.#zone()) : numbers(text);
    return range && { between: range };
  }

  /** How many minutes the clock of these logs is ahead of UTC. */
  #zone() {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(this.#held.report.totals.period?.first ?? '') ?? [];
    return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
  }

  /**
   * A condition as somebody could have typed it.
   *
   * @param {Cell} cell
   * @param {Condition | undefined} condition
   */
  #written({ kind }, condition) {
    if (!condition) return '';
    if ('contains' in condition) return condition.contains;
    if ('matches' in condition) return `/${condition.matches}/`;
    if ('is' in condition) return condition.is.join(' ');
    if ('unknown' in condition) return '';
    const written = condition.between.map((bound) => {
      if (bound === null) return '';
      if (kind === 'duration') return `${bound / 1000} s`;
      if (kind === 'number') return String(bound);
      return new Date(bound + this.#zone() * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    });
    return written.join(' .. ');
  }

  /** @param {Column} column */
  #condition(column) {
    return this.#query.conditions?.find((condition) => condition.column === column);
  }

  /**
   * @param {Column} column
   * @param {Omit<Condition, 'column'> | undefined} test
   * @returns {Query}
   */
  #with(column, test) {
    const others = (this.#query.conditions ?? []).filter((condition) => condition.column !== column);
    const conditions = test ? [...others, /** @type {Condition} */ ({ column, ...test })] : others;
    return { ...this.#query, conditions };
  }

  /**
   * @param {Column} column
   * @param {Omit<Condition, 'column'> | undefined} test
   */
  #filter(column, test) {
    this.#typed.delete(column);
    go(this.#with(column, test));
  }

  /** @param {() => Query} make */
  #later(make) {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      const query = make();
      history.replaceState({ query }, '', location.href);
      void this.ask(query);
    }, PAUSE_MS);
  }

  #clear() {
    this.#typed.clear();
    go({ sort: this.#query.sort });
  }

  /** @param {Column} column */
  #sort(column) {
    const { sort } = this.#query;
    const next =
      sort?.column !== column ? { column } : sort.descending ? undefined : { column, descending: true };
    go({ ...this.#query, sort: next });
  }

  /** @param {Column} column */
  #show(column) {
    if (!this.#shown.delete(column)) this.#shown.add(column);
    void this.ask(this.#query);
  }

  async #copy() {
    const rows = this.#rows.slice(0, COPIED);
    try {
      await navigator.clipboard.writeText(await this.#held.client.csv(rows));
      this.#said = say('{requests} copied', { requests: counted(rows.length, 'request') });
    } catch {
      this.#said = say('the browser does not let this page copy; save it as CSV instead');
    }
    this.#draw();
  }

  async #save() {
    const parts = [];
    for (let at = 0; at < Math.max(1, this.#rows.length); at += WRITTEN) {
      const text = await this.#held.client.csv(this.#rows.slice(at, at + WRITTEN));
      // Each part has a head of its own, of which the first is enough.
      parts.push(at === 0 ? text : text.slice(text.indexOf('\r\n') + 2));
    }
    save(parts, 'requests.csv', 'text/csv');
    this.#said = say('{requests} saved', { requests: counted(this.#rows.length, 'request') });
    this.#draw();
  }

  /** @param {number} row */
  async #open(row) {
    const shown = await explanation(this.#held, row);
    this.#detail.replaceChildren(shown);
  }
}

/** @param {Event} event */
const value = ({ target }) => /** @type {HTMLInputElement | HTMLSelectElement} */ (target).value;
