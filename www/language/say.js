/**
 * Texts in the language of the page. The key of a text is the text itself in English, as it stands in the code, so that the
 * code stays readable and a text that has no translation yet is still one. Other languages are a file each beside this one.
 */

import catalogues from 'pinglens:catalogues';

/** @typedef {keyof typeof LANGUAGES} Language */
/** @typedef {string | Record<string, string>} Words A text, or its forms by the plural categories of `Intl.PluralRules`. */
/** @typedef {{ page: Record<string, Words>, core: Record<string, string> }} Catalogue */

/** Every language by its own name, with what `Intl` calls it. British, for its lists: the core writes them so, too. */
export const LANGUAGES = /** @type {const} */ ({
  en: { name: 'English', locale: 'en-GB' },
  de: { name: 'Deutsch', locale: 'de-DE' },
  ja: { name: '日本語', locale: 'ja-JP' },
});

/** Where the choice is kept. */
const KEPT = 'pinglens-language';

/** @type {Set<() => void>} */
const listeners = new Set();

/** @type {Language} */
let current = chosen();
let plurals = new Intl.PluralRules(locale());

/** The language of the page. */
export const language = () => current;

/** What `Intl` calls it. */
export function locale() {
  return LANGUAGES[current].locale;
}

/** The texts of the language; none where they stand in the code. */
export const catalogue = () => /** @type {Catalogue | undefined} */ (catalogues[current]);

/**
 * @param {Language} next
 */
export function choose(next) {
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // A page that comes from a file may have no memory. The choice holds for as long as it is open.
  }
  current = next;
  plurals = new Intl.PluralRules(locale());
  for (const listener of listeners) listener();
}

/** @param {() => void} listener Called when another language is chosen. */
export const onChoice = (listener) => void listeners.add(listener);

/** @returns {Language} The one that was chosen before, or else the first that the browser asks for and that is here. */
function chosen() {
  let kept = '';
  try {
    kept = localStorage.getItem(KEPT) ?? '';
  } catch {
    // As above.
  }
  const asked = [kept, ...(navigator.languages ?? [])].map((tag) => tag.slice(0, 2).toLowerCase());
  return /** @type {Language} */ (asked.find((tag) => tag in LANGUAGES) ?? 'en');
}

/**
 * A text in the language of the page, with values put where it has their names: `say('{from} to {to}', { from, to })`.
 *
 * @param {string} text In English.
 * @param {Record<string, string | number>} [values]
 */
export function say(text, values) {
  const found = catalogue()?.page[text] ?? text;
  return filled(typeof found === 'string' ? found : (found.other ?? text), values);
}

/**
 * The same in parts, for values that are more than text.
 *
 * @template Value
 * @param {string} text In English.
 * @param {Record<string, Value>} values
 * @returns {(string | Value)[]}
 */
export function sayParts(text, values) {
  return say(text)
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 1 && part in values ? /** @type {Value} */ (values[part]) : part));
}

/**
 * The form of a noun that goes with a number.
 *
 * @param {number} value
 * @param {string} one In English.
 * @param {string} other In English.
 */
export function noun(value, one, other) {
  const form = plurals.select(value);
  const found = catalogue()?.page[one];
  if (!found) return form === 'one' ? one : other;
  return typeof found === 'string' ? found : (found[form] ?? found.other ?? other);
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export const filled = (text, values) =>
  values ? text.replace(/\{(\w+)\}/g, (slot, name) => (name in values ? String(values[name]) : slot)) : text;

/**
 * Marks a text that stands in the code before it is said, so that it is found there to be translated.
 *
 * @template {string} Text
 * @param {Text} text In English.
 */
export const mark = (text) => text;
