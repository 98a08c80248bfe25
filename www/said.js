/** What somebody can say of a file where its lines do not tell, and the reading that follows from it. */

import { prose, typed } from './cells.js';
import { freshId, h } from './dom.js';
import { mark, say } from './language/say.js';

/** @import { FileReport, Said } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Child } from './dom.js' */

/** Stands in the list of formats for one that is written down. */
const OWN = 'own';

/**
 * Code pages that servers wrote logs in before UTF-8, by their names on the web.
 *
 * @type {[string, string][]}
 */
const CODE_PAGES = [
  ['windows-1252', mark('Western (windows-1252)')],
  ['windows-1250', mark('Central European (windows-1250)')],
  ['iso-8859-2', mark('Central European (ISO 8859-2)')],
  ['windows-1251', mark('Cyrillic (windows-1251)')],
  ['koi8-r', mark('Cyrillic (KOI8-R)')],
  ['ibm866', mark('Cyrillic (DOS, 866)')],
  ['windows-1253', mark('Greek (windows-1253)')],
  ['windows-1254', mark('Turkish (windows-1254)')],
  ['windows-1255', mark('Hebrew (windows-1255)')],
  ['windows-1256', mark('Arabic (windows-1256)')],
  ['windows-1257', mark('Baltic (windows-1257)')],
  ['windows-1258', mark('Vietnamese (windows-1258)')],
  ['windows-874', mark('Thai (windows-874)')],
  ['gbk', mark('Chinese, simplified (GBK)')],
  ['big5', mark('Chinese, traditional (Big5)')],
  ['shift_jis', mark('Japanese (Shift JIS)')],
  ['euc-jp', mark('Japanese (EUC-JP)')],
  ['euc-kr', mark('Korean (EUC-KR)')],
];

const codePages = () => CODE_PAGES.map(([code, name]) => /** @type {[string, string]} */ ([code, say(name)]));

/**
 * One thing that can be said: its control, and what it says.
 *
 * @typedef {{ name: keyof Said, element: HTMLElement, read: () => string }} Control
 */

/**
 * A form with a control for each thing that can be said: those that its lines leave open first, the others behind a
 * line that opens.
 *
 * @param {Case} held
 * @param {FileReport} file
 */
export function sayable(held, file) {
  const said = held.said[file.opened] ?? {};
  const controls = [
    formatControl(held, said),
    textControl('zone', say('Time zone of times that name none'), said.zone, {
      placeholder: '+01:00',
      pattern: '[+\\-]\\d{1,2}(:?\\d\\d)?|Z|UTC',
      title: say('The distance from UTC, for example +01:00 or -05:00'),
      size: 8,
    }),
    textControl('year', say('Year of the last line that names none'), said.year, {
      placeholder: '2024',
      pattern: '(19[7-9]|[2-9]\\d\\d)\\d',
      title: say('A year of four digits'),
      inputmode: 'numeric',
      size: 6,
    }),
    choiceControl('order', say('The date 03/04/2010 is'), said.order, [
      ['day-first', say('3 April')],
      ['month-first', say('4 March')],
    ]),
    choiceControl('unit', say('Durations that name no unit are'), said.unit, [
      ['s', say('seconds')],
      ['ms', say('milliseconds')],
      ['us', say('microseconds')],
    ]),
    choiceControl('stamp', say('Times show when a request'), said.stamp, [
      ['start', say('arrived')],
      ['end', say('was answered')],
    ]),
    choiceControl('code_page', say('Code page of lines that are not UTF-8'), said.code_page, codePages(), say('western, as nothing tells')),
  ];
  const { asks } = file.detection;
  const asked = controls.filter(({ name }) => asks.includes(name));
  const others = controls.filter(({ name }) => !asks.includes(name));
  // A format in doubt is a matter of reading, all else of what the lines say.
  const open = asked.some(({ name }) => name !== 'format');
  const elements = (/** @type {Control[]} */ some) => h('div', { class: 'controls' }, some.map((c) => c.element));

  const all = held.report.files.length > 1 && h('input', { type: 'checkbox' });
  const error = h('div', { role: 'alert' });
  const apply = [
    error,
    h(
      'div',
      { class: 'apply' },
      h('button', { class: 'main' }, say('Read it again')),
      all && h('label', {}, all, ` ${say('and all other files in the same way')}`),
    ),
  ];
  // Where nothing is asked, there is nothing to press before somebody has something to say.
  const form = h(
    'form',
    { class: 'said' },
    asked.length > 0
      ? [
          h('h3', {}, open ? say('Say what its lines do not') : say('Read it in another way')),
          elements(asked),
          others.length > 0 && h('details', {}, h('summary', {}, say('Say more of it')), elements(others)),
          apply,
        ]
      : h('details', {}, h('summary', {}, say('Read it in another way')), elements(others), apply),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const now = /** @type {Said} */ ({});
    for (const { name, read } of controls) {
      const value = read();
      if (value !== '') Object.assign(now, { [name]: name === 'year' ? Number(value) : value });
    }
    const reason = now.format && (await held.client.check(now.format));
    error.replaceChildren(...(reason ? [h('p', { class: 'problem' }, prose(reason))] : []));
    if (reason) return form.querySelector('textarea')?.focus();
    const every = held.files.map((_, opened) =>
      opened === file.opened || (all && all.checked) ? now : held.said[opened],
    );
    held.again(every, file.opened);
  });
  return form;
}

/**
 * @param {Case} held
 * @param {Said} said
 * @returns {Control}
 */
function formatControl({ formats }, { format = '' }) {
  const own = format !== '' && !formats.some(({ code }) => code === format);
  const select = selection(own ? OWN : format, [
    ['', say('told from the content')],
    ...formats.map(({ code, title }) => /** @type {[string, string]} */ ([code, title])),
    [OWN, say('a format of your own …')],
  ]);
  const area = h('textarea', { id: freshId(), rows: 3, spellcheck: 'false', autocomplete: 'off' }, own ? format : '');
  const hint = h(
    'p',
    { class: 'muted', id: freshId() },
    typed(
      say(
        'As it stands in the server’s configuration: Apache’s `LogFormat`, nginx’s `log_format`, HAProxy’s `log-format`; or a regular expression with groups such as `(?<target>…)`.',
      ),
    ),
  );
  area.setAttribute('aria-describedby', hint.id);
  const written = h('div', { class: 'written' }, h('label', { for: area.id }, say('Format string')), area, hint);
  const show = () => {
    written.hidden = select.value !== OWN;
    area.required = select.value === OWN;
  };
  select.addEventListener('change', () => {
    show();
    if (select.value === OWN) area.focus();
  });
  show();
  return {
    name: 'format',
    element: h('div', { class: 'control' }, labelled(say('Log format'), select), written),
    read: () => (select.value === OWN ? area.value.trim() : select.value),
  };
}

/**
 * @param {keyof Said} name
 * @param {string} label
 * @param {string | number | undefined} value
 * @param {Record<string, unknown>} props
 * @returns {Control}
 */
function textControl(name, label, value, props) {
  const input = h('input', { type: 'text', id: freshId(), autocomplete: 'off', value: value ?? '', ...props });
  return { name, element: h('div', { class: 'control' }, labelled(label, input)), read: () => input.value.trim() };
}

/**
 * @param {keyof Said} name
 * @param {string} label
 * @param {string | undefined} value
 * @param {[string, string][]} options
 * @param {string} [unsaid] What is done where nothing is said.
 * @returns {Control}
 */
function choiceControl(name, label, value, options, unsaid = say('told from the file')) {
  const select = selection(value ?? '', [['', unsaid], ...options]);
  return { name, element: h('div', { class: 'control' }, labelled(label, select)), read: () => select.value };
}

/**
 * @param {string} label
 * @param {HTMLElement} control
 * @returns {Child}
 */
const labelled = (label, control) => [h('label', { for: control.id }, label), control];

/**
 * @param {string} chosen
 * @param {[string, string][]} options
 */
function selection(chosen, options) {
  return h(
    'select',
    { id: freshId() },
    options.map(([value, title]) => h('option', { value, selected: value === chosen }, title)),
  );
}
