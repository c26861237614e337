import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';
import { captureMailer, memoryDatabase } from '../testing/index.ts';

const mail = {
  type: 'emailSend',
  to: 'input.email',
  subject: 'Hello {{ input.name }}',
  body: 'Hi {{ input.name }}',
};
const run = async (config: Record<string, unknown>, input: Record<string, unknown> = {}) => {
  const mailer = captureMailer(({ to }) => (to.includes('fail') ? 'mailbox unavailable' : undefined));
  const result = await runSteps(
    { ...mail, ...config },
    { input: { email: 'ann@x.io', name: 'Ann', ...input }, ports: { mailer } },
  );
  return { result, sent: mailer.sent[0] };
};

test('sends, and gives what was sent', async () => {
  const { result, sent } = await run({});
  expect(sent).toEqual({ to: 'ann@x.io', subject: 'Hello Ann', html: 'Hi Ann', recipients: ['ann@x.io'] });
  expect(result.output).toMatchObject({
    emailResult: { success: true, messageId: '<m1@test>', to: 'ann@x.io', subject: 'Hello Ann' },
  });
  expect(result.steps[0]).toMatchObject({
    input: { to: 'ann@x.io', subject: 'Hello Ann' },
    output: { sent: true, recipient: 'ann@x.io' },
  });
});

test('a delivery that fails fails the step with the text of the server', async () => {
  expect((await run({}, { email: 'fail@x.io' })).result).toMatchObject({
    ok: false,
    error: 'mailbox unavailable',
  });
});

describe('the body', () => {
  test.each([
    ['Hi {{ input.name }}\nBye', 'Hi &lt;b&gt;<br>\nBye'],
    ['<p>{{ input.name }}</p>\n', '<p>&lt;b&gt;</p>\n'],
    ['{{ input.name }}', '&lt;b&gt;'],
    ['input.name', '&lt;b&gt;'],
    ['{{ input.list }}', undefined],
    ['a < b {{ ghost }}', 'a < b {{ ghost }}'],
  ])('%j', async (body, html) => {
    const { sent, result } = await run({ body }, { name: '<b>', list: ['<i>'] });
    expect(sent?.html).toBe(html);
    if (html === undefined) expect(result.error).toBe("emailSend: 'body' is required");
  });
});

describe('what is missing', () => {
  test.each(['to', 'subject', 'body'])('%s', async (field) => {
    for (const value of ['', '  ', '{{ input.ghost }}', 'input.list', undefined, null]) {
      const { result, sent } = await run({ [field]: value }, { list: ['a@x.io'] });
      expect(result).toMatchObject({
        ok: false,
        error: `emailSend: '${field}' is required`,
        errorDetails: null,
      });
      expect(sent).toBeUndefined();
    }
    expect(findings({ ...mail, [field]: '' })).toEqual([`warning CONFIG_INCOMPLETE steps.0.${field}`]);
    expect(findings({ ...mail, [field]: undefined })).toEqual([`error CONFIG_INVALID steps.0.${field}`]);
    expect(findings({ ...mail, [field]: true })).toEqual([`error CONFIG_INVALID steps.0.${field}`]);
  });

  test('a mail server', async () => {
    expect(await runSteps(mail, { input: { email: 'ann@x.io', name: 'A' } })).toMatchObject({
      ok: false,
      errorCode: 'PORT_MISSING',
    });
  });
});

describe('a caller', () => {
  test.each(['ann@x.io, eve@x.io', 'ann@x.io;eve@x.io', 'ann@x.io\r\nBcc: eve@x.io'])(
    'cannot turn one mail into many: %j',
    async (email) => {
      for (const to of ['input.email', '{{ input.email }}', 'Ann <{{ input.email }}>']) {
        const { result, sent } = await run({ to }, { email });
        expect(result).toMatchObject({
          ok: false,
          error: "emailSend: 'to' must be one address when it comes from a variable",
        });
        expect(sent).toBeUndefined();
      }
    },
  );

  test('is one of several recipients that the author lists', async () => {
    expect((await run({ to: '{{ input.email }}, boss@x.io' })).sent?.to).toBe('ann@x.io, boss@x.io');
  });

  test('cannot add a header through the subject', async () => {
    expect((await run({}, { name: 'A\r\nBcc: eve@x.io' })).sent?.subject).toBe('Hello A Bcc: eve@x.io');
  });
});

describe('recipients', () => {
  test.each([
    ['x <evil@example.net>', '"x <evil@example.net>" <jane@example.org>'],
    ['<evil@example.net>', '"<evil@example.net>" <jane@example.org>'],
    ['Jane (HR): x', '"Jane (HR): x" <jane@example.org>'],
    ['Doe, Jane', '"Doe, Jane" <jane@example.org>'],
    ['"quoted" \\ Jane', '"\\"quoted\\" \\\\ Jane" <jane@example.org>'],
    ['a\r\nBcc: eve@x.io', '"a Bcc: eve@x.io" <jane@example.org>'],
    ['evil@example.net;', '"evil@example.net;" <jane@example.org>'],
    ['', 'jane@example.org'],
  ])('a name from a caller stays a name: %j', async (name, to) => {
    const { sent } = await run(
      { to: '{{ input.name }} <{{ input.email }}>' },
      { name, email: 'jane@example.org' },
    );
    expect(sent).toMatchObject({ to, recipients: ['jane@example.org'] });
  });

  test.each([
    'a <evil@example.net> <b@example.org>',
    'Ann <ann@x.io>',
    'ann@x.io evil@x.io',
    '"ann@x.io evil"@x.io',
    'group: ann@x.io;',
    'ann@x.io,',
    'no address',
  ])('a whole recipient from a caller is one bare address: %j', async (email) => {
    const { result, sent } = await run({ to: '{{ input.email }}' }, { email });
    expect(result.ok).toBe(false);
    expect(sent).toBeUndefined();
  });

  test("lists of the author and of earlier steps, cc, bcc, reply-to and the sender's name", async () => {
    const mailer = captureMailer();
    const database = memoryDatabase({ c: [{ members: ['c@x.io', 'd@x.io'] }] });
    await runSteps(
      [
        { type: 'dbFind', collection: 'c', findType: 'many', filter: {}, output: 'rows' },
        {
          ...mail,
          to: ['Boss <boss@x.io>', '{{ rows.0.members }}', 'input.email'],
          cc: '{{ input.cc? }}',
          bcc: 'log@x.io; boss@x.io',
          replyTo: 'help@x.io',
          fromName: 'Shop {{ input.name }}',
          subject: 4711,
          body: 5,
        },
      ],
      { input: { email: 'ann@x.io', name: 'A\nB' }, ports: { mailer, database } },
    );
    expect(mailer.sent).toEqual([
      {
        to: '"Boss" <boss@x.io>, c@x.io, d@x.io, ann@x.io',
        bcc: 'log@x.io, boss@x.io',
        replyTo: 'help@x.io',
        fromName: 'Shop A B',
        subject: '4711',
        html: '5',
        recipients: ['boss@x.io', 'c@x.io', 'd@x.io', 'ann@x.io', 'log@x.io'],
      },
    ]);
  });

  test('attachments hold content and nothing that names a file of the server', async () => {
    const attachments = [
      { filename: '../a/{{ input.name }}.txt', content: 'Hello', path: '/etc/passwd', href: 'http://x' },
      { filename: 'b.bin', content: 'aGk=', encoding: 'base64', contentType: 'application/x-b' },
    ];
    const { sent } = await run({ attachments });
    expect(sent?.attachments).toEqual([
      { filename: '.._a_Ann.txt', content: 'Hello', encoding: 'text' },
      { filename: 'b.bin', content: 'aGk=', encoding: 'base64', contentType: 'application/x-b' },
    ]);
    for (const wrong of [
      { filename: 'a' },
      { content: 'x' },
      { filename: 'a', content: '%', encoding: 'base64' },
      'x',
    ])
      expect((await run({ attachments: [wrong] })).result.error).toMatch(/attachments\.0/);
  });

  test('have a limit in one run', async () => {
    const to = Array.from({ length: 101 }, (_, i) => `a${i}@x.io`);
    expect((await run({ to })).result).toMatchObject({ ok: false, errorCode: 'LIMIT_RECIPIENTS' });
  });
});
