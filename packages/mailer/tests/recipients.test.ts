/** @module Who gets a mail, on a real SMTP server: addresses decide, headers only show. */
import { afterEach, expect, it } from 'vitest';
import { createSmtpMailer } from '../src/index.ts';
import { startMailServer } from './mail-server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function sendTo(message: object) {
  const server = await startMailServer();
  open.push(server);
  const mailer = createSmtpMailer({
    host: '127.0.0.1',
    port: server.port,
    from: 'Robot <robot@example.org>',
  });
  open.push(mailer);
  await mailer.send({ to: 'ann@example.org', subject: 'S', html: 'x', ...message });
  return server.deliveries;
}

it.each([
  'x <evil@example.net>',
  '<evil@example.net>',
  'Jane (HR): x',
  'Doe, Jane',
  'evil@example.net, Jane',
  '\\"evil@example.net\\" x',
])('a quoted name is no address: %s', async (name) => {
  const deliveries = await sendTo({
    to: `"${name}" <jane@example.org>`,
    recipients: ['jane@example.org'],
  });
  expect(deliveries.map(({ to }) => to)).toEqual([['jane@example.org']]);
  expect(deliveries[0]?.mail.to).toEqual([
    { name: name.replace(/\\(.)/g, '$1'), address: 'jane@example.org' },
  ]);
});

it('goes to cc and bcc; only cc is shown', async () => {
  const [delivery] = await sendTo({
    cc: 'bob@example.org',
    bcc: 'log@example.org',
    replyTo: 'help@example.org',
    fromName: 'Shop, Köln <x>',
    recipients: ['ann@example.org', 'bob@example.org', 'log@example.org'],
    attachments: [
      { filename: 'a.txt', content: 'Grüße', encoding: 'text' },
      { filename: 'b.bin', content: 'AAEC', encoding: 'base64' },
    ],
  });
  expect(delivery?.to).toEqual(['ann@example.org', 'bob@example.org', 'log@example.org']);
  expect(delivery?.mail).toMatchObject({
    from: { name: 'Shop, Köln <x>', address: 'robot@example.org' },
    cc: [{ address: 'bob@example.org' }],
    replyTo: [{ address: 'help@example.org' }],
  });
  expect(delivery?.raw).not.toContain('log@example.org');
  const files = delivery?.mail.attachments.map(({ filename, content }) => [
    filename,
    Buffer.from(content as never),
  ]);
  expect(files).toEqual([
    ['a.txt', Buffer.from('Grüße')],
    ['b.bin', Buffer.from([0, 1, 2])],
  ]);
});

it('refuses recipients that are no bare addresses', async () => {
  for (const recipients of [
    [],
    ['a <b@c.de>'],
    ['a@b.c,d@e.f'],
    ['no address'],
    ['a@b.c\r\nRCPT TO:<x@y.z>'],
  ])
    await expect(sendTo({ recipients })).rejects.toThrow(/recipient/);
});
