/** How somebody can know that nothing leaves the page: what it may do, a connection that the browser refuses, and its sum. */

import { html, nothing, render } from 'lit-html';
import { mark, say } from './language/say.js';
import { page } from './saved.js';

/**
 * A name that leads nowhere by agreement (RFC 2606): if ever a browser does not refuse the connection, nothing is told to
 * anybody all the same.
 */
const NOWHERE = 'https://pinglens.invalid/';

/** What the policy in the page's head allows, in words; what is not said there, it forbids. */
const ALLOWED = [
  mark('It reads files that you drop, choose or paste, and nothing else on this computer.'),
  mark('It runs the one program that is in it. Its policy names that program by its sum, so that no other can be added.'),
  mark('It gives you files that you save, and keeps the language that you choose.'),
];
const FORBIDDEN = [
  mark('It cannot open a connection: not to a server, not to another page, not for a picture or a font.'),
  mark('It cannot send a form, and it cannot be told to load anything by what a log says.'),
  mark('It sets no cookie and keeps nothing of your logs: close the tab, and they are gone.'),
];

/**
 * Tries to open a connection.
 *
 * @returns {Promise<{ refused: boolean, by: string }>} Whether the browser refused it, and by which rule.
 */
export function tryToConnect() {
  return new Promise((resolve) => {
    const over = (/** @type {boolean} */ refused, by = '') => {
      document.removeEventListener('securitypolicyviolation', heard);
      resolve({ refused, by });
    };
    const heard = (/** @type {SecurityPolicyViolationEvent} */ event) => {
      if (event.blockedURI.startsWith(NOWHERE.slice(0, -1))) over(true, event.effectiveDirective);
    };
    document.addEventListener('securitypolicyviolation', heard);
    fetch(NOWHERE, { mode: 'no-cors' }).then(
      () => over(false),
      // The rule is told a moment later than the refusal.
      () => setTimeout(() => over(false), 1_000),
    );
  });
}

/**
 * SHA-256 of a file, as tools print it.
 *
 * @param {Blob} file
 */
export async function sumOf(file) {
  const sum = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns {HTMLElement} */
export function proof() {
  const element = document.createElement('div');
  let answer = '';
  let sum = '';
  let own = '';

  async function attempt() {
    const { refused, by } = await tryToConnect();
    answer = refused
      ? say('The browser refused it, by the rule {rule} of this page: nothing was sent.', { rule: by })
      : say('The browser did not say why, but there was no connection: nothing answers under that name.');
    draw();
  }

  /** @param {Event} event */
  async function choose({ target }) {
    const [file] = /** @type {HTMLInputElement} */ (target).files ?? [];
    if (!file) return;
    sum = await sumOf(file);
    draw();
  }

  const list = (/** @type {string[]} */ texts) => html`<ul>
    ${texts.map((text) => html`<li>${say(text)}</li>`)}
  </ul>`;

  function draw() {
    render(
      html`<h2>${say('What this page can do')}</h2>
        ${list(ALLOWED)}
        <h2>${say('What it cannot do')}</h2>
        ${list(FORBIDDEN)}
        <h2>${say('See it for yourself')}</h2>
        <p>${say('The rules stand in the first lines of the file, where the browser reads them before anything else:')}</p>
        <pre lang="en"><code>${policy()}</code></pre>
        <p>
          <button type="button" @click=${attempt}>${say('Try to open a connection')}</button>
        </p>
        <p role="status">${answer}</p>
        <p>${say('Or take the computer off the network: everything works as before.')}</p>
        <h2>${say('Is it the file that was published?')}</h2>
        <p>
          ${say('Every release names the SHA-256 of its file, and whoever builds the same version gets the same one. A tool of your system tells that of yours:')}
        </p>
        <pre lang="en"><code>certutil -hashfile pinglens.html SHA256
sha256sum pinglens.html
shasum -a 256 pinglens.html</code></pre>
        ${own ? html`<p>${say('What this page says of itself, without a report that is in it:')} <code class="sum own">${own}</code></p>` : nothing}
        ${globalThis.crypto?.subtle
          ? html`<p>
              <label>${say('Or choose the file here:')} <input type="file" @change=${choose} /></label>
            </p>`
          : nothing}
        <p role="status">${sum ? html`<code class="sum">${sum}</code>` : nothing}</p>`,
      element,
    );
  }
  draw();
  if (globalThis.crypto?.subtle) {
    void sumOf(new Blob([page])).then((found) => {
      own = found;
      draw();
    });
  }
  return element;
}

/** The rules, as they stand in the page. */
const policy = () =>
  document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')?.replaceAll('; ', ';\n') ?? '';
