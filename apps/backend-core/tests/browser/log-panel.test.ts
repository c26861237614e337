/** @module The log stream as a page sees it: real Chromium, real origins. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const HTML = readFileSync(join(import.meta.dirname, 'page.html'), 'utf8');

// A machine without a browser cannot answer this question; `bun run check` says so and installs one in CI.
describe.runIf(executablePath !== undefined)('a page', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await startTestServer();
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Pages that the browser serves itself count as public; asking leave for loopback is not what is tested here.
        '--disable-features=LocalNetworkAccessChecks',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** The page, served from an origin by the browser itself: no port has to be free. */
  async function open(origin: string): Promise<Page> {
    const page = await browser.newPage();
    await page.route(`${origin}/**`, (route) => route.fulfill({ contentType: 'text/html', body: HTML }));
    await page.goto(`${origin}/?base=${encodeURIComponent(server.base)}`);
    return page;
  }

  test('of http://localhost:3100 sees a whole execution', async () => {
    const page = await open('http://localhost:3100');
    const steps = [
      { id: 'step1', type: 'input', data: { variables: [{ name: 'email', default: 'ann@x.io' }] } },
      {
        id: 'step2',
        type: 'dbInsert',
        collection: 'visitors',
        data: { data: { email: 'input.email' }, outputVar: 'o' },
      },
      { id: 'step3', type: 'delay', seconds: 0.2 },
      { id: 'step4', type: 'dbFind', collection: 'visitors', filters: { _id: 'created._id' } },
    ];
    // Functions for the page are texts: they run there, where this file's types do not hold.
    const executionId = await page.evaluate<string>(`run(${JSON.stringify(steps)})`);
    await page.getByText('Workflow execution completed', { exact: true }).waitFor();
    const seen = await page.evaluate<unknown[]>('items');
    const { body } = await server.request(`/executions/${executionId}/logs`);
    expect(seen).toEqual(body);
    await page.screenshot({
      path: join(import.meta.dirname, '../../test-results/log-panel.png'),
      fullPage: true,
    });
    await page.close();
  });

  test('of a foreign origin is refused', async () => {
    const page = await open('http://evil.example');
    expect(await page.evaluate<string>('connect()')).toBe('refused');
    expect(await page.evaluate<string>(`run([]).then(() => 'ran', () => 'refused')`)).toBe('refused');
    await page.close();
  });
});
