/** What is packed, or in another encoding, reads as a plain log does, down to the single line. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { choose, fixture, shown, tableOf, withPage } from './page.mjs';

const SAMPLE = await readFile(fixture('sample.log'));
const LINES = SAMPLE.toString().split('\n');
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');

const given = (name, buffer) => ({ name, mimeType: '', buffer });

/** A zip archive of deflated members, without the directory that nobody reads. */
function zip(members) {
  const parts = Object.entries(members).map(([name, bytes]) => {
    const packed = deflateRawSync(bytes);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(8, 8);
    // A gzip file ends with the checksum and the length.
    gzipSync(bytes).subarray(-8, -4).copy(header, 14);
    header.writeUInt32LE(packed.length, 18);
    header.writeUInt32LE(bytes.length, 22);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    return Buffer.concat([header, Buffer.from(name), packed]);
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([...parts, end]);
}

/** Opens the first request of the first cause, and returns what its raw lines are said to be and what they are. */
async function rawLines(page) {
  await page.locator('#conflicts .opener').first().click();
  await page.locator('#conflicts .requests .opener').first().click();
  const raw = page.locator('#conflicts .raw');
  await raw.nth(1).waitFor();
  return raw.evaluateAll((figures) =>
    figures.map((figure) => ({
      of: figure.querySelector('figcaption').textContent,
      line: Number(/line ([\d,]+) of/.exec(figure.querySelector('figcaption').textContent)[1].replaceAll(',', '')),
      text: figure.querySelector('pre').textContent,
    })),
  );
}

test('a zip archive with two logs and a picture', () =>
  withPage(async (page) => {
    const later = SAMPLE.toString().replaceAll('/May/2025', '/Jun/2025');
    const archive = zip({ 'screen.png': PNG, 'logs/access.log': SAMPLE, 'logs/later.log': Buffer.from(later) });
    assert.equal(await choose(page, given('bundle.zip', archive)), 'done');
    const files = await tableOf(page, 'files');
    assert.deepEqual(
      files.map((file) => [file.File, file.ActiveSync]),
      [
        ['bundle.zip › logs/access.log', '231'],
        ['bundle.zip › logs/later.log', '231'],
        ['bundle.zip', files[2].ActiveSync],
      ],
    );
    const opener = page.locator('#files .opener').nth(2);
    if ((await opener.getAttribute('aria-expanded')) !== 'true') await opener.click();
    assert.match(await shown(page, '#files tr.detail:last-of-type .file'), /a PNG picture 1 bundle\.zip › screen\.png/);

    const raw = await rawLines(page);
    for (const { of, line, text } of raw) {
      assert.match(of, /of bundle\.zip › logs\/\w+\.log/);
      const lines = of.includes('later') ? later.split('\n') : LINES;
      assert.equal(text, lines[line - 1]);
    }
  }));

test('a compressed log, and one in UTF-16', async () => {
  const utf16 = Buffer.from(`\ufeff${SAMPLE}`, 'utf16le');
  for (const [name, bytes] of [
    ['sample.log.gz', gzipSync(SAMPLE)],
    ['sample.log', utf16],
    ['sample.log.gz', gzipSync(utf16)],
  ]) {
    await withPage(async (page) => {
      assert.equal(await choose(page, given(name, bytes)), 'done');
      const [file] = await tableOf(page, 'files');
      assert.deepEqual([file.File, file.Lines, file.ActiveSync], [name, '291', '231']);
      for (const { line, text } of await rawLines(page)) assert.equal(text, LINES[line - 1]);
    });
  }
});

test('a line that was not understood, deep inside', () =>
  withPage(async (page) => {
    const text = Buffer.from(LINES.toSpliced(100, 0, 'what is this?').join('\n'));
    assert.equal(await choose(page, given('outer.zip', zip({ 'inner.log.gz': gzipSync(text) }))), 'done');
    await page.locator('#files .accounts .opener').first().click();
    await page.locator('#files .raw pre').waitFor();
    assert.equal(await page.locator('#files .raw pre').innerText(), 'what is this?');
    assert.match(await shown(page, '#files .raw figcaption'), /line 101 of outer\.zip › inner\.log\.gz/);
  }));

test('an archive that breaks off', () =>
  withPage(async (page) => {
    const whole = zip({ 'first.log': SAMPLE, 'second.log': SAMPLE });
    assert.equal(await choose(page, given('cut.zip', whole.subarray(0, whole.length * 0.7))), 'done');
    assert.match(await shown(page, '#files .problem'), /zip archive breaks off behind byte/);
  }));
