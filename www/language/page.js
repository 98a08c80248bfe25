/** The language of what stands in the page from the beginning, and the choice of another. */

import { byId } from '../dom.js';
import { LANGUAGES, choose, language, say } from './say.js';

/** @import { Language } from './say.js' */

/** Attributes that are read or heard. */
const SPOKEN = ['aria-label', 'title', 'placeholder'];

/** Parts of the page that scripts draw in the language that is chosen then. */
const DRAWN = 'title, #report, #progress-files, #notice, #help, #export, script, style, template, code, [translate=no]';

/** @type {Map<Text | Attr, string>} What stands there in English. */
const english = new Map();

/** Says every text of the page in the language that is chosen. */
export function speak() {
  if (english.size === 0) collect();
  for (const [node, text] of english) node.nodeValue = spaced(node.nodeValue ?? '', say(text));
  document.documentElement.lang = language();
  const select = /** @type {HTMLSelectElement} */ (byId('language'));
  select.value = language();
}

/** Finds the texts of the page, and offers the languages. */
function collect() {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches(DRAWN) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) {
      const text = tidy(node.data);
      // What is a name or a mark everywhere has no translation, and stays.
      if (/\p{L}{2}/u.test(text)) english.set(node, text);
    } else if (node instanceof Element) {
      for (const name of SPOKEN) {
        const attribute = node.getAttributeNode(name);
        if (attribute) english.set(attribute, attribute.value);
      }
    }
  }
  const select = /** @type {HTMLSelectElement} */ (byId('language'));
  const options = Object.entries(LANGUAGES).map(([code, { name }]) => {
    const option = new Option(name, code);
    option.lang = code;
    return option;
  });
  select.replaceChildren(...options);
  select.addEventListener('change', () => choose(/** @type {Language} */ (select.value)));
}

/** @param {string} text */
const tidy = (text) => text.replace(/\s+/g, ' ').trim();

/**
 * A text with the space before and behind it that another one has.
 *
 * @param {string} like
 * @param {string} text
 */
const spaced = (like, text) => `${/^\s/.test(like) ? ' ' : ''}${text}${/\s$/.test(like) ? ' ' : ''}`;
