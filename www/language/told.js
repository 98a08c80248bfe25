/**
 * Sentences of the core in the language of the page. The core writes English, the same in every report; what can be said in
 * another language is recognised by the sentence that it was made from, and its values are put into that of the language.
 */

import { catalogue, filled, locale } from './say.js';

/** @import { Catalogue } from './say.js' */

/**
 * A sentence of the core: what it looks like, the names of its values, and what it is in the language.
 *
 * @typedef {{ pattern: RegExp, names: string[], translation: string }} Form
 */

/** @type {WeakMap<Catalogue, Map<string, Form[]>>} */
const known = new WeakMap();

/** A value: it does not reach into the next sentence. */
const VALUE = '((?:(?![.!?]\\s).)+?)';

/** Figures, with a unit or without: `1,763`, `37.9 %`, `3 min 5 s`. */
const FIGURES = /^\d[\d,]*(?:\.\d+)?(?: (?:%|ms|s|min|h|d)(?: \d+ (?:ms|s|min|h|d))?)?$/;

/** How many letters the forms are told apart by before any is tried. */
const HEAD = 4;

/**
 * A text of the core in the language of the page, as far as it is known there.
 *
 * @param {string} text
 * @returns {{ text: string, foreign: boolean }} Whether some of it is still English.
 */
export function told(text) {
  const words = catalogue();
  if (!words || text === '') return { text, foreign: false };
  const whole = words.core[text];
  if (whole !== undefined) return { text: whole, foreign: false };
  if (FIGURES.test(text)) return { text: value(new Map(), text), foreign: false };
  const forms = formsOf(words);
  let rest = text;
  let foreign = false;
  /** @type {string[]} */
  const parts = [];
  while (rest !== '') {
    const found = first(forms, rest);
    if (found) {
      parts.push(found.text);
      rest = rest.slice(found.length);
      continue;
    }
    // A sentence that is not known stays as it is; those behind it may be.
    const end = /[.!?](?:\s+|$)/.exec(rest);
    const length = end ? end.index + end[0].length : rest.length;
    parts.push(rest.slice(0, length).trim());
    rest = rest.slice(length);
    foreign = true;
  }
  // Japanese sets no space between sentences.
  const space = parts.some((part) => /[。」]$/.test(part)) ? '' : ' ';
  return { text: parts.join(space), foreign };
}

/**
 * The sentence that a text begins with, if it is known.
 *
 * @param {Map<string, Form[]>} forms
 * @param {string} text
 * @returns {{ text: string, length: number } | undefined} With how much of the text that is.
 */
function first(forms, text) {
  for (const form of [...(forms.get(text.slice(0, HEAD)) ?? []), ...(forms.get('') ?? [])]) {
    const match = form.pattern.exec(text);
    if (!match) continue;
    const values = Object.fromEntries(form.names.map((name, index) => [name, value(forms, match[index + 1] ?? '')]));
    return { text: filled(form.translation, values), length: match[0].length };
  }
  return undefined;
}

/**
 * A value of a sentence: it may be made of words itself.
 *
 * @param {Map<string, Form[]>} forms
 * @param {string} text
 * @returns {string}
 */
function value(forms, text) {
  // A headline within a sentence begins with a small letter.
  for (const words of [text, `${text.charAt(0).toUpperCase()}${text.slice(1)}`]) {
    const known = catalogue()?.core[words];
    if (known !== undefined) return known;
    const form = first(forms, words);
    if (form?.length === words.length) return form.text;
  }
  return FIGURES.test(text) ? text.replace(/\d[\d,]*(?:\.\d+)?/g, figure) : text;
}

/**
 * A number of the core as the language writes it, with as many decimals.
 *
 * @param {string} written
 */
function figure(written) {
  const digits = written.split('.')[1]?.length ?? 0;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale(), options).format(Number(written.replaceAll(',', '')));
}

/** @param {Catalogue} words */
function formsOf(words) {
  const before = known.get(words);
  if (before) return before;
  /** @type {Map<string, Form[]>} */
  const forms = new Map();
  for (const [text, translation] of Object.entries(words.core)) {
    const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const literal = (/** @type {string} */ part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const source = text.split(/\{\w+\}/).map(literal).join(VALUE);
    // A sentence ends where the next one begins; a headline or a part of a sentence is all that there is.
    const whole = /[.!?:]$/.test(text);
    const pattern = new RegExp(whole ? `^${source}(?:\\s+|$)` : `^(?!.*[.!?]$)${source}$`, 's');
    const slot = text.indexOf('{');
    const head = slot < 0 || slot >= HEAD ? text.slice(0, HEAD) : '';
    forms.set(head, [...(forms.get(head) ?? []), { pattern, names, translation }]);
  }
  // What says more of itself is tried first.
  for (const list of forms.values()) list.sort((a, b) => b.pattern.source.length - a.pattern.source.length);
  known.set(words, forms);
  return forms;
}
