/**
 * Help inside the page: what Ping, Sync and 409 are, told with lifelines that are drawn of the sample; how to get each
 * log; and the keys.
 */

import sample from 'pinglens:sample';
import { html, render } from 'lit-html';
import { Client } from './client.js';
import { byId, h } from './dom.js';
import { KEYS } from './keys.js';
import { language, mark, say } from './language/say.js';
import { lifeline } from './lifeline.js';
import { proof } from './proof.js';

/** @import { Case } from './rawlines.js' */

/**
 * The story in four steps; each is shown with a Ping of the sample that ended so.
 *
 * @type {{ outcome: string, title: string, text: string }[]}
 */
const STORY = [
  {
    outcome: 'changes-found',
    title: mark('A Ping is a question that waits'),
    text: mark(
      'A phone asks the server “is there anything new?” and the server does not answer before there is. Such a Ping stands ' +
      'open for minutes, and that is not slow: it is how push works. Here mail arrived, so the server answered with 200, ' +
      'and the phone fetched it with a Sync.',
    ),
  },
  {
    outcome: 'heartbeat-expired',
    title: mark('When nothing arrives, it ends by itself'),
    text: mark(
      'Phone and server agree on a heartbeat, often 5 to 15 minutes. When it is over and nothing has come, the server ' +
      'answers with 200, and the phone asks again. A long bar that ends on a round number of minutes is this, and nothing ' +
      'is wrong with it.',
    ),
  },
  {
    outcome: 'superseded-by-sync',
    title: mark('When the phone wants something itself, it leaves the Ping'),
    text: mark(
      'Somebody opens the mail on the phone. It does not wait for its Ping; it begins a Sync. Nobody tells the server that ' +
      'the Ping was left. When the Sync arrives, the server knows that the Ping is an orphan, and closes it with 409 ' +
      'CONFLICT to free its thread. The phone never sees that 409: it had hung up before. The arrow shows it: the Sync ' +
      'began, and there the Ping ends.',
    ),
  },
  {
    outcome: 'superseded-by-ping',
    title: mark('When the phone was away, a new Ping ends the old one'),
    text: mark(
      'The phone lost its network and came back. It asks again with a new Ping, and the server closes the old one in the ' +
      'same way. One of these is harmless. Many, all after the same time, point to a firewall or a proxy that drops ' +
      'connections on which nothing is said.',
    ),
  },
];

/** @type {Promise<Client> | undefined} The sample, read once and kept for as long as the page is open. */
let read;

/** @param {Client} client */
async function load(client) {
  await client.load([new File([sample], 'sample.log', { type: 'text/plain' })]);
  return client;
}

/**
 * The lifeline of the sample's first Ping that ended in some way.
 *
 * @param {string} outcome
 */
async function example(outcome) {
  read ??= load(new Client());
  const client = await read;
  const [row] = await client.select({
    conditions: [
      { column: 'outcome', is: [outcome] },
      { column: 'command', is: ['Ping'] },
      { column: 'duration', between: [60_000, null] },
    ],
  });
  // A lifeline asks nothing of a case but what its reader knows.
  return row === undefined ? undefined : lifeline(/** @type {Case} */ ({ client }), row);
}

const TABS = /** @type {const} */ ([
  ['story', mark('Ping, Sync and 409')],
  ['logs', mark('Getting the logs')],
  ['keys', mark('Keys')],
  ['proof', mark('How do I know?')],
  ['licences', mark('Licences')],
]);

/** @typedef {(typeof TABS)[number][0]} Tab */

/** @param {Tab} chosen */
function draw(chosen) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('help'));
  render(
    html`<div class="head">
        <div role="tablist" aria-label=${say('Help')} @keydown=${turn}>
          ${TABS.map(
            ([tab, title]) =>
              html`<button
                type="button"
                role="tab"
                id="help-${tab}"
                aria-selected=${tab === chosen}
                aria-controls="help-part"
                tabindex=${tab === chosen ? 0 : -1}
                @click=${() => draw(tab)}
              >
                ${say(title)}
              </button>`,
          )}
        </div>
        <button type="button" class="quiet" @click=${() => dialog.close()}>${say('Close')}</button>
      </div>
      <div class="part" id="help-part" role="tabpanel" tabindex="0" aria-labelledby="help-${chosen}"></div>`,
    dialog,
  );
  const part = byId('help-part');
  part.scrollTop = 0;
  if (chosen === 'logs' || chosen === 'licences') {
    const text = /** @type {HTMLTemplateElement} */ (byId(chosen === 'logs' ? 'getting-logs' : 'licences'));
    const guide = h('div', { lang: 'en', class: chosen }, text.content.cloneNode(true));
    const note = language() === 'en' ? null : h('p', { class: 'muted' }, say('This part is in English.'));
    part.replaceChildren(...(note ? [note] : []), guide);
    return;
  }
  part.replaceChildren();
  const inner = part.appendChild(document.createElement('div'));
  if (chosen === 'proof') inner.append(proof());
  else render(chosen === 'story' ? story() : keys(), inner);
}

const story = () =>
  html`<p class="lead">
      ${say('Two minutes, and you can read any Traveler log. The pictures are drawn of the sample log.')}
    </p>
    ${STORY.map(({ outcome, title, text }) => {
      const place = document.createElement('div');
      place.className = 'example';
      void example(outcome).then((picture) => picture && place.replaceChildren(picture));
      return html`<section>
        <h2>${say(title)}</h2>
        <p>${say(text)}</p>
        ${place}
      </section>`;
    })}
    <section>
      <h2>${say('So what is a problem?')}</h2>
      <p>
        ${say(
          'Not a share of 409s: it grows with how much people use their phones. What counts is a 409 that no request of the ' +
            'device explains, a 409 on a Sync, Pings that end at once again and again, answers that do not arrive, and many ' +
            'Pings that end after one and the same time. That is what the findings look for.',
        )}
      </p>
    </section>`;

const keys = () =>
  html`<dl class="keys-sheet">
    ${KEYS.map(
      ({ keys: names, does }) =>
        html`<div>
          <dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt>
          <dd>${say(does)}</dd>
        </div>`,
    )}
  </dl>`;

/** @param {KeyboardEvent} event */
function turn({ key, currentTarget }) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!by) return;
  const tabs = [.../** @type {HTMLElement} */ (currentTarget).querySelectorAll('[role=tab]')];
  const at = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
  const next = TABS[(at + by + TABS.length) % TABS.length];
  if (!next) return;
  draw(next[0]);
  byId(`help-${next[0]}`).focus();
}

/** @param {Tab} [tab] */
export function openHelp(tab = 'story') {
  const dialog = /** @type {HTMLDialogElement} */ (byId('help'));
  draw(tab);
  if (!dialog.open) dialog.showModal();
  byId(`help-${tab}`).focus();
}
