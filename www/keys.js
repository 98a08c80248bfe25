/** The keys that work everywhere in the page, and a list of all that there are. */

import { mark } from './language/say.js';

/** @type {{ keys: string[], does: string }[]} */
export const KEYS = [
  { keys: ['?'], does: mark('Help') },
  { keys: ['/'], does: mark('Search in all requests') },
  { keys: ['1', '…', '9'], does: mark('Go to a part of the report, in the order in which they are listed at its top') },
  { keys: ['v'], does: mark('Back to the verdict') },
  { keys: ['Esc'], does: mark('Stop reading, or close what is open') },
  { keys: ['Ctrl V'], does: mark('Read log lines from the clipboard') },
  { keys: ['↑', '↓', 'Page', 'Home', 'End'], does: mark('In all requests: from one to the next; Enter opens it') },
  { keys: ['←', '→'], does: mark('In a lifeline: from request to request') },
  { keys: ['+', '−', '0', 'Home'], does: mark('In a lifeline: closer, wider, all of it, back to the request') },
];

/**
 * Listens to them.
 *
 * @param {() => void} help
 */
export function listenToKeys(help) {
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || event.defaultPrevented) return;
    if (target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable], dialog *')) return;
    const act = action(key, help);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/**
 * @param {string} key
 * @param {() => void} help
 * @returns {(() => void) | undefined}
 */
function action(key, help) {
  if (key === '?') return help;
  if (key === '/') return goTo('#requests .search input', true);
  if (key === 'v') return goTo('#verdict');
  if (!/^[1-9]$/.test(key)) return undefined;
  const links = document.querySelectorAll('#report nav a');
  const link = links[Number(key) - 1];
  return link instanceof HTMLAnchorElement ? () => link.click() : undefined;
}

/**
 * @param {string} place
 * @param {boolean} [choose] Whether what stands there is chosen, so that typing replaces it.
 */
function goTo(place, choose = false) {
  const element = document.querySelector(place);
  if (!(element instanceof HTMLElement) || element.closest('[hidden]')) return undefined;
  return () => {
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
    if (choose && element instanceof HTMLInputElement) element.select();
  };
}
