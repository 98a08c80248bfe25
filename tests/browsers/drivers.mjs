/**
 * Firefox, WebKit and Chromium, each by the driver that is its own, behind the few things that a journey through the page
 * takes. PINGLENS_FIREFOX, PINGLENS_WEBKIT_DRIVER and PINGLENS_CHROMIUM name the programs.
 *
 * @typedef {{
 *   open: (url: string) => Promise<void>,
 *   choose: (paths: string[]) => Promise<void>,
 *   run: (script: string) => Promise<any>,
 *   picture: (path: string) => Promise<void>,
 *   close: () => Promise<void>,
 * }} Browser `run` evaluates an expression in the page; an answer that is a promise is waited for.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// They are among the page's tools.
const modules = createRequire(new URL('../../www/package.json', import.meta.url));

const INPUT = 'input[type=file][multiple]';
const SIZE = { width: 1366, height: 768 };

/** @returns {Promise<Browser>} */
async function chromium() {
  const { chromium } = modules('playwright-core');
  const browser = await chromium.launch({
    executablePath: process.env.PINGLENS_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage({ viewport: SIZE });
  return {
    open: (url) => page.goto(url),
    choose: (paths) => page.setInputFiles(INPUT, paths),
    run: (script) => page.evaluate(script),
    picture: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}

/** @returns {Promise<Browser>} */
async function firefox() {
  const puppeteer = modules('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.PINGLENS_FIREFOX || '/usr/bin/firefox-esr',
    headless: true,
    defaultViewport: SIZE,
  });
  const page = await browser.newPage();
  return {
    open: (url) => page.goto(url),
    choose: async (paths) => {
      const input = await page.$(INPUT);
      await input.uploadFile(...paths);
    },
    run: (script) => page.evaluate(script),
    picture: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}

/** A port on which nobody listens. */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** @returns {Promise<Browser>} */
async function webkit() {
  const { Builder, By, Capabilities } = modules('selenium-webdriver');
  const port = await freePort();
  const program = process.env.PINGLENS_WEBKIT_DRIVER || '/usr/bin/WebKitWebDriver';
  // It has no mode without a screen, so it gets one that nobody sees; and no sandbox, which root cannot make.
  const screen = existsSync('/usr/bin/xvfb-run') ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', program] : [program];
  const driver = spawn(screen[0], [...screen.slice(1), `--port=${port}`, '--host=127.0.0.1'], {
    env: { ...process.env, WEBKIT_FORCE_SANDBOX: '0', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
    detached: true,
    stdio: 'ignore',
  });
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { args: ['--automation', `--geometry=${SIZE.width}x${SIZE.height}`] },
  });
  const builder = new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities);
  let session;
  // The driver listens a moment after it was started.
  for (let tries = 0; !session; tries++) {
    try {
      session = await builder.build();
    } catch (error) {
      if (tries > 40) throw error;
      await sleep(250);
    }
  }
  await session.manage().setTimeouts({ script: 120_000 });
  return {
    open: (url) => session.get(url),
    choose: async (paths) => {
      const input = session.findElement(By.css(INPUT));
      // Several files are one text with a line for each; and this driver puts them in without telling the page.
      await input.sendKeys(paths.join('\n'));
      await session.executeScript('arguments[0].dispatchEvent(new Event("change", { bubbles: true }))', input);
    },
    // Not through `eval`, which the page's policy forbids.
    run: (script) => session.executeScript(`return (async () => (${script}))()`),
    picture: async (path) => writeFile(path, await session.takeScreenshot(), 'base64'),
    close: async () => {
      await session.quit().catch(() => {});
      process.kill(-driver.pid);
    },
  };
}

/** @type {Record<string, () => Promise<Browser>>} */
export const BROWSERS = { chromium, firefox, webkit };
