import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';
import type { Answer } from '../index.ts';
import { frozenClock } from '../testing/index.ts';

describe('input', () => {
  const run = (variables: unknown, input: unknown) => runSteps({ type: 'input', variables }, { input });

  test('fills gaps, keeps nulls and what is more', async () => {
    const variables = [{ name: 'a', default: 1 }, { name: 'b', default: 2 }, { name: 'c' }];
    const result = await run(variables, { b: null, extra: true });
    expect(result.output).toEqual({ input: { b: null, extra: true, a: 1, c: null } });
    expect(result.steps[0]).toMatchObject({
      input: { variables: ['a', 'b', 'c'] },
      output: { values: { a: 1 } },
    });
  });

  test('does not change what the caller passed', async () => {
    const input = {};
    await run([{ name: 'a', default: 1 }], input);
    expect(input).toEqual({});
  });

  test('names that reach a prototype are no inputs', async () => {
    expect(
      (
        await run(
          [
            { name: '__proto__', default: { polluted: true } },
            { name: 'constructor', default: 1 },
          ],
          {},
        )
      ).output,
    ).toEqual({ input: {} });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('secret values are in no log', async () => {
    const result = await run([{ name: 'password' }], { password: 'hunter22', note: 'hunter22' });
    expect(JSON.stringify(result)).not.toContain('hunter22');
  });

  test('what is no list of names is found before it runs', () => {
    expect(findings({ type: 'input', variables: [{}] })).toEqual([
      'error CONFIG_INVALID steps.0.variables.0.name',
    ]);
    expect(findings({ type: 'input', variables: 'a' })).toEqual(['error CONFIG_INVALID steps.0.variables']);
    expect(findings({ type: 'input' })).toEqual([]);
  });
});

describe('delay', () => {
  test.each([
    [1.5, 1500],
    ['2', 2000],
    [0, 0],
    ['{{ input.s }}', 3000],
  ])('%j seconds', async (seconds, ms) => {
    const clock = frozenClock();
    const result = await runSteps({ type: 'delay', seconds }, { input: { s: 3 }, ports: { clock } });
    expect(result).toMatchObject({ ok: true, output: { input: { s: 3 } } });
    expect(clock.waited).toEqual([ms]);
  });

  test.each([[-1], [86_401], ['soon'], ['{{ input.ghost }}'], [''], [true], [null]])(
    '%j is refused',
    async (seconds) => {
      const clock = frozenClock();
      expect(await runSteps({ type: 'delay', seconds }, { ports: { clock } })).toMatchObject({
        ok: false,
        error: 'delay: seconds must be a number from 0 to 86400',
      });
      expect(clock.waited).toEqual([]);
    },
  );

  test('a blank one is a draft, a wrong one is not', () => {
    expect(findings({ type: 'delay', seconds: '' })).toEqual(['warning CONFIG_INCOMPLETE steps.0.seconds']);
    expect(findings({ type: 'delay' })).toEqual(['error CONFIG_INVALID steps.0.seconds']);
    expect(findings({ type: 'delay', seconds: -1 })).toEqual(['error CONFIG_INVALID steps.0.seconds']);
    expect(findings({ type: 'delay', seconds: '5 s' })).toEqual(['error CONFIG_INVALID steps.0.seconds']);
  });
});

describe('response', () => {
  const run = async (config: Record<string, unknown>, input: Record<string, unknown> = {}) => {
    let answer: Answer | undefined;
    const result = await runSteps(
      { type: 'response', ...config },
      {
        input,
        onAnswer: (one) => {
          answer = one;
        },
      },
    );
    return { result, answer };
  };

  test.each<[Record<string, unknown>, Answer]>([
    [
      { body: { a: '{{ input.a }}', ghost: '{{ input.ghost }}' } },
      { statusCode: 200, headers: {}, body: { a: 1 } },
    ],
    [
      { statusCode: 201, body: null },
      { statusCode: 201, headers: {}, body: null },
    ],
    [
      { statusCode: '{{ input.code }}', body: 'input.ghost' },
      { statusCode: 404, headers: {}, body: null },
    ],
    [{ status: '204' }, { statusCode: 204, headers: {}, body: null }],
    [
      { body: 1, headers: { 'X-App-Count': 'input.a', ETag: '"v{{ input.a }}"' } },
      { statusCode: 200, headers: { 'x-app-count': '1', etag: '"v1"' }, body: 1 },
    ],
  ])('%j', async (config, expected) => {
    const { answer, result } = await run(config, { a: 1, code: '404' });
    expect(answer).toEqual(expected);
    expect(result).toMatchObject({ ok: true, steps: [{ output: { statusCode: expected.statusCode } }] });
  });

  test.each([[199], [600], ['20'], ['2000'], [20.5], [{}], [[201]], [true], ['ok']])(
    'from a variable, the status may not be %j',
    async (code) => {
      const { result, answer } = await run({ statusCode: '{{ input.code }}', body: 1 }, { code });
      expect(result).toMatchObject({
        ok: false,
        error: 'response: statusCode must be a whole number from 200 to 599',
      });
      expect(answer).toBeUndefined();
    },
  );

  test.each([
    'Set-Cookie',
    'Access-Control-Allow-Origin',
    'Content-Length',
    'Transfer-Encoding',
    'X-Frame-Options',
    'x-forwarded-for',
    'x bad',
    'X-Accel-Redirect',
    'X-Accel-Buffering',
    'X-Sendfile',
    'X-Lighttpd-Send-File',
    'X-Execution-Id',
    'X-HTTP-Method-Override',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-DNS-Prefetch-Control',
    'X-Download-Options',
    'X-Permitted-Cross-Domain-Policies',
    'Content-Security-Policy',
    'Strict-Transport-Security',
    'Refresh',
    'Clear-Site-Data',
    'x-app-ü',
    '__proto__',
  ])('the header %s may not be set', async (name) => {
    expect((await run({ body: 1, headers: JSON.parse(`{"${name}":"x"}`) as unknown })).result).toMatchObject({
      ok: name === '__proto__',
    });
    expect(
      (await run({ body: 1, headers: '{{ input.h }}' }, { h: JSON.parse(`{"${name}":"x"}`) as unknown }))
        .result.ok,
    ).toBe(false);
  });

  test('a header cannot smuggle in a second one', async () => {
    for (const value of ['a\r\nSet-Cookie: x', 'a\nb', 'a\0b', '日本']) {
      expect(
        (await run({ body: 1, headers: { 'x-app-name': '{{ input.v }}' } }, { v: value })).result,
      ).toMatchObject({ ok: false, errorCode: 'STEP_FAILED' });
    }
  });

  test.each([
    'x',
    '',
    'text/html, application/json',
    'text/html;json',
    'a/b/c',
    'text/',
    'text/html; x="',
    '{}',
  ])('an invalid content type fails the step: %j', async (type) => {
    const headers = { 'content-type': '{{ input.type }}' };
    expect((await run({ body: 'x', headers }, { type })).result).toMatchObject({
      ok: false,
      errorCode: 'STEP_FAILED',
      errorDetails: { field: 'headers.content-type' },
    });
  });

  test.each([
    ['/find?q={{ input.q }}', { q: 'tea & milk' }, '/find?q=tea%20%26%20milk'],
    ['/find?q={{ input.q }}', { q: '日本' }, '/find?q=%E6%97%A5%E6%9C%AC'],
    ['{{ input.url }}', { url: 'https://x.io/a b?q=1&r=%20' }, 'https://x.io/a%20b?q=1&r=%20'],
    [
      '{{ input.base }}/users/{{ input.id }}',
      { base: 'https://x.io', id: 'a/b' },
      'https://x.io/users/a%2Fb',
    ],
    ['/ok?a=1#b', {}, '/ok?a=1#b'],
    ['/n/{{ input.n }}', { n: 5 }, '/n/5'],
    ['{{ input.url }}', { url: '/half\ud800' }, '/half%EF%BF%BD'],
  ])('an address is encoded: %j', async (location, input, wanted) => {
    expect((await run({ statusCode: 302, headers: { Location: location } }, input)).answer?.headers).toEqual({
      location: wanted,
    });
  });

  test('what it may not say is found before it runs', () => {
    expect(findings({ type: 'response', body: 1, headers: { 'content-type': 'text/html;json' } })).toEqual([
      'error CONFIG_INVALID steps.0.headers.content-type',
    ]);
    expect(findings({ type: 'response', statusCode: 999, body: 1 })).toEqual([
      'error CONFIG_INVALID steps.0.statusCode',
    ]);
    expect(findings({ type: 'response', body: 1, headers: { 'set-cookie': 'x' } })).toEqual([
      'error CONFIG_INVALID steps.0.headers.set-cookie',
    ]);
    expect(findings({ type: 'response', body: 1, headers: [] })).toEqual([
      'error CONFIG_INVALID steps.0.headers',
    ]);
    expect(findings({ type: 'response', statusCode: '{{ input.code }}', body: 1 })).toEqual([]);
  });
});
