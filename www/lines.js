/** A search through every line of the files, whether or not it is a request: they are read once more for it. */

import { html, nothing, render } from 'lit-html';
import { Client, Stopped } from './client.js';
import { bytes, counted, isolated, number, upright } from './format.js';
import { say } from './language/say.js';
import { rawPlace } from './rawlines.js';
import { explanation } from './requests.js';
import { section } from './section.js';

/** @import { Hit } from './types' */
/** @import { Case } from './rawlines.js' */

/** Lines that are listed; nobody reads more. */
const LISTED = 500;

/** @param {Case} held */
export function lineSearch(held) {
  const element = document.createElement('div');
  element.className = 'line-search';
  /** @type {Client | undefined} Runs beside the case, so that an expression that runs wild ends alone. */
  let client;
  /** @type {Hit[]} */
  let found = [];
  let count = 0;
  let read = 0;
  let problem = '';
  let state = '';
  /** @type {Map<Hit, Node | string>} Lines that are open, and what they are open to. */
  const open = new Map();

  /** @param {{ hits: Hit[], count: number, bytes: number }} told */
  const take = (told) => {
    found = found.concat(told.hits);
    [count, read] = [told.count, told.bytes];
    draw();
  };

  /** @param {SubmitEvent} event */
  async function look(event) {
    event.preventDefault();
    const expression = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('expression') ?? '');
    if (expression === '') return;
    stop();
    open.clear();
    [found, count, read, problem, state] = [[], 0, 0, '', 'looking'];
    const own = new Client();
    client = own;
    draw();
    try {
      take(await own.search(held.files, expression, held.files.map((_, at) => held.said[at]?.code_page), take));
      state = 'done';
    } catch (error) {
      if (error instanceof Stopped) return;
      problem = error instanceof Error ? error.message : String(error);
      state = '';
    }
    own.stop();
    client = undefined;
    draw();
  }

  function stop() {
    client?.stop();
    client = undefined;
    state = state === 'looking' ? 'stopped' : state;
    draw();
  }

  const sentence = () => {
    if (state === '') return '';
    const seen = say('{lines} in {bytes}', { lines: counted(count, 'line'), bytes: bytes(read) });
    if (state === 'looking') return say('Looking … {seen}', { seen });
    const shown = Math.min(LISTED, found.length);
    const listed = count > shown ? `, ${say('the first {count} are listed', { count: number(shown) })}` : '';
    return state === 'done' ? `${seen}${listed}` : `${say('Stopped: {seen} so far', { seen })}${listed}`;
  };

  /** @param {Hit} hit */
  async function toggle(hit) {
    if (!open.delete(hit)) {
      open.set(hit, '');
      const shown = await meaning(held, hit).catch((error) => String(error.message ?? error));
      // Somebody may have closed it meanwhile.
      if (open.has(hit)) open.set(hit, shown);
    }
    draw();
  }

  /** @param {Hit} hit */
  const line = (hit) => {
    const { opened, line: at, excerpt, from, to } = hit;
    const name = held.report.files[fileOf(held, hit)]?.name ?? held.files[opened]?.name ?? '';
    return html`<li>
      <button type="button" class="opener" aria-expanded=${open.has(hit)} @click=${() => toggle(hit)}>
        <bdi>${isolated(name)}</bdi> ${number(at)}
      </button>
      <code>${upright(excerpt.slice(0, from))}<mark>${upright(excerpt.slice(from, to))}</mark>${upright(excerpt.slice(to))}</code>
      ${open.has(hit) ? html`<div class="meaning">${open.get(hit)}</div>` : nothing}
    </li>`;
  };

  function draw() {
    render(
      html`<form @submit=${look}>
          <label for="expression">${say('A regular expression, in capitals or not')}</label>
          <span>
            <input id="expression" name="expression" type="search" spellcheck="false" autocomplete="off" placeholder="cmd=ping.* 503" />
            <button type="submit">${say('Search')}</button>
            <button type="button" class="quiet" ?hidden=${state !== 'looking'} @click=${stop}>${say('Stop')}</button>
          </span>
        </form>
        <p class="count" role="status">${sentence()}</p>
        ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
        ${found.length > 0
          ? html`<ol tabindex="0" aria-label=${say('Lines that were found')}>
              ${found.slice(0, LISTED).map(line)}
            </ol>`
          : nothing}`,
      element,
    );
  }
  draw();
  return section(
    'lines-search',
    say('Search the lines'),
    say('Every line of the files, read once more: also those that are no requests.'),
    element,
  );
}

/**
 * The file that a line is in, by its place in the report.
 *
 * @param {Case} held
 * @param {Hit} hit
 */
const fileOf = (held, { opened, text }) =>
  held.report.files.findIndex((one) => one.opened === opened && one.text === text && !one.archive);

/**
 * What a line is: the request that it shows, explained, or else the line as it stands among others.
 *
 * @param {Case} held
 * @param {Hit} hit
 */
async function meaning(held, hit) {
  const file = fileOf(held, hit);
  if (file < 0) return say('Nothing of this file was recognised, so there is no more to say of this line.');
  const row = await held.client.rowAt(file, hit.line);
  if (row !== null && row !== undefined) return explanation(held, row);
  return rawPlace(held, { ...hit, file });
}
