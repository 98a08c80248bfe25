/** What a screen reader is given: the tree of names and roles that the browser makes of the page. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

/** What can be used, and so has to say what it is. */
const USED = new Set(['button', 'link', 'textbox', 'searchbox', 'combobox', 'checkbox', 'spinbutton', 'tab', 'columnheader', 'progressbar']);
/** Parts of a page that a reader can go to. */
const PLACES = new Set(['banner', 'main', 'navigation', 'region', 'grid', 'table', 'dialog', 'image', 'figure']);

/** The nodes of the tree in the order of reading. */
async function tree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const read = [];
  const walk = (node, within) => {
    const role = node.role?.value;
    const shown = { role, name: node.name?.value ?? '', level: node.properties?.find(({ name }) => name === 'level')?.value.value, within };
    if (!node.ignored) read.push(shown);
    for (const id of node.childIds ?? []) walk(byId.get(id), node.ignored ? within : [...within, role]);
  };
  walk(nodes[0], []);
  return read;
}

/** What is wrong in a tree, whatever the page shows. */
function faults(nodes) {
  const nameless = nodes.filter(({ role, name, within }) => USED.has(role) && name.trim() === '' && !within.includes('combobox'));
  const places = nodes.filter(({ role, name }) => PLACES.has(role) && !['banner', 'main', 'figure'].includes(role) && name.trim() === '');
  const headings = nodes.filter(({ role }) => role === 'heading');
  const leaps = headings.filter(({ level }, at) => at > 0 && level > headings[at - 1].level + 1);
  return [
    ...nameless.map(({ role }) => `a ${role} without a name`),
    ...places.map(({ role }) => `a ${role} without a name`),
    ...leaps.map(({ name }) => `the heading "${name}" leaves out a level`),
  ];
}

test('the page before anything is read', () =>
  withPage(async (page) => {
    const nodes = await tree(page);
    assert.deepEqual(faults(nodes), []);
    const buttons = nodes.filter(({ role }) => role === 'button').map(({ name }) => name);
    for (const name of ['Choose files …', 'See it on a sample log', 'Help']) assert.ok(buttons.includes(name), `${name}: ${buttons}`);
  }));

test('a report: the verdict first, then its parts, each with its name', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    await page.locator('#requests .rows .row').first().waitFor();
    await page.locator('#lines-search').waitFor();
    const nodes = await tree(page);
    assert.deepEqual(faults(nodes), []);
    const headings = nodes.filter(({ role, level }) => role === 'heading' && level === 2).map(({ name }) => name);
    const first = nodes.findIndex(({ role, level, name }) => role === 'heading' && level === 1 && /ended in 409/.test(name));
    const findings = nodes.findIndex(({ role, name }) => role === 'heading' && name === 'Findings');
    assert.ok(first >= 0 && first < findings, 'the verdict is read first');
    for (const name of ['Findings', '409s by cause', 'Ping latency patterns', 'Devices', 'All requests', 'Search the lines']) {
      assert.ok(headings.includes(name), `${name}: ${headings}`);
      const region = nodes.filter(({ role, name: of }) => role === 'region' && of === name);
      assert.equal(region.length, 1, `${name} is one place`);
    }
    const links = nodes.filter(({ role, within }) => role === 'link' && within.includes('navigation')).map(({ name }) => name);
    assert.deepEqual(links, headings.filter((name) => links.includes(name)), 'the list of parts has their order');
    const grid = nodes.filter(({ within }) => within.includes('grid'));
    assert.ok(grid.filter(({ role }) => role === 'columnheader').length >= 7);
    assert.ok(grid.filter(({ role }) => role === 'row').length > 10);
    assert.ok(grid.some(({ role, name }) => role === 'gridcell' && /^(Completed|Left for a Sync|Answered: something new arrived)$/.test(name)));
  }));

test('a 409 that is open: what happened, the lifeline and the lines', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').first().click();
    await page.locator('#conflicts .lifeline .bar').first().waitFor();
    const nodes = await tree(page);
    assert.deepEqual(faults(nodes), []);
    const said = nodes.filter(({ role }) => role === 'StaticText').map(({ name }) => name);
    const what = said.findIndex((text) => /^This Ping had been open for/.test(text));
    const line = said.findIndex((text, at) => at > what && /^This request: Ping 409/.test(text));
    const cause = said.findIndex((text, at) => at > line && /^What followed: Sync 200/.test(text));
    assert.ok(what >= 0 && line > what && cause > line, `${what}, ${line}, ${cause}`);
    const buttons = nodes.filter(({ role }) => role === 'button').map(({ name }) => name);
    for (const name of ['Closer', 'Wider', 'Lines around it']) assert.ok(buttons.includes(name), name);
  }));
