/**
 * The report to pass on: in a form that somebody else can open, with pseudonyms in place of names unless they are to stay,
 * and a look at what is in it before it goes.
 */

import { html, nothing, render } from 'lit-html';
import { byId } from './dom.js';
import { save } from './download.js';
import { bytes, number, upright } from './format.js';
import { mark, say } from './language/say.js';
import { linkWith, linkable, pageWith } from './saved.js';

/** @import { Category, Export } from './types' */
/** @import { Case } from './rawlines.js' */

/** @typedef {{ form: string, title: string, about: string, name: string, type: string }} Form */

/** @type {Form[]} */
const FORMS = [
  {
    form: 'html',
    title: mark('Document (HTML)'),
    about: mark('opens in any browser, without a program in it'),
    name: 'pinglens-report.html',
    type: 'text/html',
  },
  {
    form: 'page',
    title: mark('This page with the report (HTML)'),
    about: mark('opens like this page, with its tables and pictures, and reads other logs'),
    name: 'pinglens.html',
    type: 'text/html',
  },
  {
    form: 'markdown',
    title: mark('Ticket (Markdown)'),
    about: mark('to paste into a ticket or a chat'),
    name: 'pinglens-report.md',
    type: 'text/markdown',
  },
  {
    form: 'csv',
    title: mark('Tables (CSV)'),
    about: mark('for a spreadsheet'),
    name: 'pinglens-report.csv',
    type: 'text/csv',
  },
  {
    form: 'json',
    title: mark('Data (JSON)'),
    about: mark('for a program'),
    name: 'pinglens-report.json',
    type: 'application/json',
  },
];

/** @type {Record<Category, string>} */
const CATEGORIES = {
  users: mark('Users'),
  devices: mark('Devices, by their id'),
  addresses: mark('Addresses and networks'),
  files: mark('Names of files'),
  sessions: mark('Sessions and threads'),
  texts: mark('Free texts: messages, paths, unknown devices'),
};

/** Letters of a link that mail programs and chats are known to pass on whole. */
const FIT = 8_000;

/** So many requests are taken along unless somebody wants more: about 13 MB of them. */
const MOST_REQUESTS = 1_000_000;

/** Letters of the report that are shown before it is saved. */
const SHOWN = 20_000;

/**
 * Opens the dialog.
 *
 * @param {Case} held
 */
export async function passOn(held) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('export'));
  let chosen = /** @type {Form} */ (FORMS[0]);
  /** @type {Set<Category>} What keeps its names. Nothing, each time anew: the next reader is another one. */
  const keep = new Set();
  /** @type {Export | undefined} */
  let made;
  let sought = '';
  let done = '';
  let link = '';
  let turn = 0;
  let busy = true;
  const most = held.report.totals.activesync;
  const along = { requests: most > 0 && most <= MOST_REQUESTS, lines: false };

  /** Whether the form has room for requests. */
  const carries = () => chosen.form === 'page' && most > 0;

  async function make() {
    const mine = ++turn;
    // Nobody shall save what is about to lose a name.
    busy = true;
    draw();
    const form = chosen.form === 'page' ? 'json' : chosen.form;
    const taken = { requests: along.requests && carries(), lines: along.lines };
    try {
      const answer = await held.client.export(form, [...keep], taken);
      // What was asked for meanwhile counts.
      if (mine !== turn) return;
      [made, done, link, busy] = [answer, '', '', false];
    } catch (error) {
      if (mine !== turn) return;
      // A line whose file has gone, for one. What was made before is not what is asked for now, and cannot be saved.
      done = error instanceof Error ? error.message : String(error);
    }
    draw();
  }

  /** @param {Form} form */
  const choose = (form) => {
    chosen = form;
    void make();
  };

  /** @param {Category} category */
  const turnOver = (category) => {
    if (!keep.delete(category)) keep.add(category);
    void make();
  };

  /** @param {() => void} change */
  const anew = (change) => {
    change();
    void make();
  };

  async function copy() {
    try {
      await navigator.clipboard.writeText(made?.text ?? '');
      done = say('Copied.');
    } catch {
      done = say('The browser does not let this page copy. Save it instead.');
    }
    draw();
  }

  /** A link says the same as data does, whichever form is chosen. */
  async function makeLink() {
    const { text } = await held.client.export('json', [...keep], { requests: false, lines: along.lines });
    link = await linkWith(text);
    draw();
  }

  const linked = () => html`<div class="linked">
    <label for="linked">${say('A link with the report in it ({size}):', { size: bytes(link.length) })}</label>
    <input id="linked" readonly .value=${link} @focus=${(/** @type {Event} */ { target }) => /** @type {HTMLInputElement} */ (target).select()} />
    <p class="muted">
      ${say('It stands behind the # of the link, which browsers send to no server. Whoever opens it needs this page at the same address.')}
      ${link.length > FIT ? say('Many programs cut links of this length: a file is surer.') : nothing}
    </p>
  </div>`;

  const forms = () => html`<fieldset>
    <legend>${say('Form')}</legend>
    ${FORMS.map(
      (form) => html`<label>
        <input type="radio" name="form" .checked=${form === chosen} @change=${() => choose(form)} />
        <span>${say(form.title)} <small>${say(form.about)}</small></span>
      </label>`,
    )}
  </fieldset>`;

  const names = () => html`<fieldset>
    <legend>${say('Replaced by pseudonyms')}</legend>
    ${made?.found.map(
      ({ category, count }) => html`<label>
        <input
          type="checkbox"
          .checked=${!keep.has(category)}
          ?disabled=${count === 0}
          @change=${() => turnOver(category)}
        />
        <span>${say(CATEGORIES[category])} <small>${number(count)}</small></span>
      </label>`,
    )}
    <p class="muted">
      ${say('The same name has the same pseudonym everywhere in it. Kinds of devices and versions stay.')}
    </p>
  </fieldset>`;

  const more = () => html`<fieldset>
    <legend>${say('Taken along')}</legend>
    <label>
      <input type="checkbox" .checked=${along.lines} @change=${() => anew(() => (along.lines = !along.lines))} />
      <span>${say('Lines that show the findings')} <small>${say('without names, all that is not known in them goes, too')}</small></span>
    </label>
    ${carries()
      ? html`<label>
          <input type="checkbox" .checked=${along.requests} @change=${() => anew(() => (along.requests = !along.requests))} />
          <span>
            ${say('Requests, with their lifelines')}
            <small>${made?.requests ? `${number(most)}, ${bytes(made.requests.length)}` : number(most)}</small>
          </span>
        </label>`
      : nothing}
  </fieldset>`;

  const search = () => html`<div class="sought">
    <label for="sought">${say('Is this in it?')}</label>
    <input
      id="sought"
      type="search"
      spellcheck="false"
      autocomplete="off"
      placeholder=${say('a name, an address …')}
      @input=${(/** @type {InputEvent} */ { target }) => {
        sought = /** @type {HTMLInputElement} */ (target).value;
        draw();
      }}
    />
    <p role="status">${sought.trim() === '' || !made ? '' : verdictOn(sought.trim(), made.text + textOf(made.requests))}</p>
  </div>`;

  function draw() {
    if (!made) return;
    const { text, key, key_csv: table, requests } = made;
    render(
      html`<div class="head">
          <h2 id="export-title">${say('Pass the report on')}</h2>
          <button type="button" class="quiet" @click=${() => dialog.close()}>${say('Close')}</button>
        </div>
        <div class="part">
          <div class="choices">
            ${forms()} ${names()} ${more()} ${search()}
            <div class="acts">
              <button type="button" class="main" ?disabled=${busy} @click=${() => save([chosen.form === 'page' ? pageWith(text, requests) : text], chosen.name, chosen.type)}>
                ${say('Save it')}
              </button>
              <button type="button" ?disabled=${busy} @click=${copy}>${say('Copy it')}</button>
              ${key.length > 0
                ? html`<button type="button" class="quiet" ?disabled=${busy} @click=${() => save([table], 'pinglens-key.csv', 'text/csv')}>
                    ${say('Save the key for yourself')}
                  </button>`
                : nothing}
              ${linkable && link === ''
                ? html`<button type="button" class="quiet" ?disabled=${busy} @click=${makeLink}>${say('Make a link of it')}</button>`
                : nothing}
              <p role="status">${done}</p>
            </div>
            ${link ? linked() : nothing}
            ${key.length > 0
              ? html`<p class="muted">
                  ${say('The key says whose each pseudonym is. Who has it can translate an answer back; do not pass it on.')}
                </p>`
              : nothing}
          </div>
          <pre tabindex="0" lang="en" aria-label=${say('What is in it')}><code>${upright(text.slice(0, SHOWN))}${text.length > SHOWN
            ? '…'
            : ''}</code></pre>
        </div>`,
      dialog,
    );
  }

  await make();
  if (!dialog.open) dialog.showModal();
}

/**
 * What can be read in the requests that go along: their names are written as they are.
 *
 * @param {import('./types').Maybe<Uint8Array>} requests
 */
const textOf = (requests) => (requests ? new TextDecoder().decode(requests) : '');

/**
 * Whether a text is in a report, also as forms write it: in a URL, in HTML.
 *
 * @param {string} sought
 * @param {string} text
 */
function verdictOn(sought, text) {
  const lower = text.toLowerCase();
  const escaped = sought.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const ways = new Set([sought, encodeURIComponent(sought), escaped, JSON.stringify(sought).slice(1, -1)]);
  const count = [...ways].reduce((sum, way) => sum + lower.split(way.toLowerCase()).length - 1, 0);
  return count === 0 ? say('No, that is not in it.') : say('Yes, {count} times.', { count: number(count) });
}
