/** The page shows that it cannot connect, and which file it is. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withPage } from './page.mjs';

test('a connection is tried before the reader’s eyes, and the browser refuses it', () =>
  withPage(
    async (page) => {
      const asked = [];
      const refusals = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => refusals.push(message.text()));
      await page.getByRole('button', { name: 'How do I know?' }).click();
      const part = page.locator('#help-part');
      assert.match(await part.locator('pre').first().innerText(), /connect-src 'none'/);
      await part.getByRole('button', { name: 'Try to open a connection' }).click();
      await part.getByText('The browser refused it, by the rule connect-src of this page').waitFor();
      assert.deepEqual(asked.filter((url) => !/^(blob|data):/.test(url)), [], 'nothing went as far as the network');
      assert.match(refusals.join(), /Content Security Policy/);
    },
    // The browser complains of the refusal, as it shall.
    { watched: false },
  ));

test('the sum of the file is what tools say it is', () =>
  withPage(async (page) => {
    const file = fileURLToPath(page.url());
    await page.getByRole('button', { name: 'How do I know?' }).click();
    const expected = createHash('sha256').update(await readFile(file)).digest('hex');
    await page.locator('#help-part .sum.own', { hasText: expected }).waitFor();
    await page.locator('#help-part input[type=file]').setInputFiles(file);
    await page.locator('#help-part .sum:not(.own)', { hasText: expected }).waitFor();
  }));
