/**
 * The numbers that decide about findings. Whoever changes one sees at once what follows: the core judges again what it
 * has read already.
 */

import { html, nothing, render } from 'lit-html';
import { prose, worded } from './cells.js';
import { number } from './format.js';
import { mark, say } from './language/say.js';
import { verdict } from './verdict.js';

/** @import { ThresholdRow } from './types' */
/** @import { Case } from './rawlines.js' */

const SOURCE = {
  ours: mark('our own choice, no vendor names one'),
  vendor: mark('a vendor’s number'),
  server: mark('a fact about your server'),
};

/**
 * @param {Case} held
 * @param {() => void} judged Called when the findings of the report are others.
 */
export function thresholds(held, judged) {
  const element = document.createElement('details');
  element.className = 'thresholds';
  /** @type {Map<string, string>} What was typed, by the code of the threshold. */
  const given = new Map();
  /** @type {Map<string, string>} Why that was not taken. */
  const refused = new Map();
  for (const { code, value, changed } of held.report.thresholds) if (changed) given.set(code, String(value));

  /**
   * @param {ThresholdRow} threshold
   * @param {string | undefined} text
   */
  async function change({ code, unit, least, most }, text) {
    if (text === undefined || text === '') given.delete(code);
    else given.set(code, text);
    refused.delete(code);
    const whole = text === undefined || text === '' || (/^\d+$/.test(text) && +text >= least && +text <= most);
    if (!whole) {
      refused.set(code, say('Give a whole number from {least} to {most} ({unit}).', { least: number(least), most: number(most), unit: worded(unit) }));
      return draw();
    }
    const usable = [...given].filter(([known]) => !refused.has(known));
    const answer = await held.client.judge(usable.map(([known, value]) => `${known}=${value}`));
    Object.assign(held.report, answer);
    document.getElementById('verdict')?.closest('section')?.replaceWith(verdict(held));
    judged();
    draw();
  }

  /** @param {ThresholdRow} threshold */
  const field = (threshold) => {
    const { code, meaning, unit, value, default: usual, least, most, source, changed } = threshold;
    const reason = refused.get(code);
    const typed = given.get(code) ?? (value === null || value === undefined ? '' : String(value));
    return html`<li ?data-changed=${changed}>
      <label for="t-${code}">${prose(meaning)}</label>
      <span class="value">
        <input
          id="t-${code}"
          type="number"
          min=${least}
          max=${most}
          step="1"
          placeholder=${say('unknown')}
          aria-invalid=${reason ? 'true' : nothing}
          aria-describedby="t-${code}-note"
          .value=${typed}
          @change=${(/** @type {Event} */ { target }) => change(threshold, /** @type {HTMLInputElement} */ (target).value.trim())}
        />
        ${worded(unit)}
        ${changed
          ? html`<button type="button" class="quiet" @click=${() => change(threshold, undefined)}>
              ${usual === null || usual === undefined ? say('Forget it') : say('Back to {usual}', { usual: number(usual) })}
            </button>`
          : nothing}
      </span>
      <small id="t-${code}-note" role=${reason ? 'alert' : nothing} class=${reason ? 'refused' : nothing}>
        ${reason ?? `${say(SOURCE[source])} · ${say('{from} to {to}', { from: number(least), to: number(most) })} · ${code}`}
      </small>
    </li>`;
  };

  function draw() {
    const all = held.report.thresholds;
    const changed = all.filter((threshold) => threshold.changed).length;
    const facts = all.filter(({ source }) => source === 'server');
    const limits = all.filter(({ source }) => source !== 'server');
    render(
      html`<summary>
          ${say('Thresholds and what you know of the server')}${changed > 0
            ? ` · ${say('changed: {count}', { count: number(changed) })}`
            : ''}
        </summary>
        <div class="groups">
          <h3>${say('What no access log tells')}</h3>
          <ul>
            ${facts.map(field)}
          </ul>
          <h3>${say('From when on something is said')}</h3>
          <ul>
            ${limits.map(field)}
          </ul>
        </div>`,
      element,
    );
  }
  draw();
  return element;
}
