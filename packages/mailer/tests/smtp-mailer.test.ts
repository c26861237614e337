/** @module What the SMTP mailer delivers, to a real server in this process. */
import { afterEach, describe, expect, it } from 'vitest';
import { createSmtpMailer, type SmtpMailer, type SmtpMailerOptions } from '../src/index.ts';
import { CERTIFICATE } from './certificate.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const MESSAGE = {
  to: 'Zoë <zoe@example.org>',
  subject: 'Grüße aus Köln – 你好',
  html: '<p>Hello &amp; welcome, <a href="https://example.org/?a=1&amp;b=2">confirm</a></p>',
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

function mailerTo(server: { port: number }, options: Partial<SmtpMailerOptions> = {}): SmtpMailer {
  const mailer = createSmtpMailer({
    host: '127.0.0.1',
    port: server.port,
    from: 'Robot <robot@example.org>',
    ...options,
  });
  open.push(mailer);
  return mailer;
}

async function serverWith(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options);
  open.push(server);
  return server;
}

describe('a mail over SMTP', () => {
  it('arrives with sender, recipient, subject, HTML and the text derived from it', async () => {
    const server = await serverWith();
    const { messageId } = await mailerTo(server).send(MESSAGE);

    expect(server.deliveries).toHaveLength(1);
    const [delivery] = server.deliveries;
    expect(delivery).toMatchObject({ from: 'robot@example.org', to: ['zoe@example.org'], secure: false });
    expect(delivery?.mail).toMatchObject({
      messageId,
      subject: MESSAGE.subject,
      from: { name: 'Robot', address: 'robot@example.org' },
      to: [{ name: 'Zoë', address: 'zoe@example.org' }],
    });
    expect(delivery?.mail.html?.trim()).toBe(MESSAGE.html);
    expect(delivery?.mail.text?.trim()).toBe('Hello & welcome, confirm [https://example.org/?a=1&b=2]');
    expect(delivery?.raw).toContain('multipart/alternative');
  });

  it('keeps lines that are a single dot, very long lines and characters outside the BMP', async () => {
    const server = await serverWith();
    const html = `<pre>.\n..\nFrom here\n${'long '.repeat(600)}\n🦉</pre>`;
    await mailerTo(server).send({ ...MESSAGE, html });
    expect(server.deliveries[0]?.mail.html?.trim()).toBe(html);
    for (const line of server.deliveries[0]?.raw.split('\r\n') ?? []) expect(line.length).toBeLessThan(999);
  });

  it('reaches every recipient of a list', async () => {
    const server = await serverWith();
    await mailerTo(server).send({ ...MESSAGE, to: 'a@example.org, "Bee, the second" <b@example.org>' });
    expect(server.deliveries[0]?.to).toEqual(['a@example.org', 'b@example.org']);
  });

  it('uses one connection for mails that follow each other', async () => {
    const server = await serverWith();
    const mailer = mailerTo(server);
    const first = await mailer.send(MESSAGE);
    const second = await mailer.send(MESSAGE);
    expect(server.deliveries).toHaveLength(2);
    expect(server.connections()).toBe(1);
    expect(first.messageId).not.toBe(second.messageId);
  });

  it('delivers all of many mails sent at once over no more connections than allowed', async () => {
    const server = await serverWith();
    const mailer = mailerTo(server, { maxConnections: 2 });
    await Promise.all(Array.from({ length: 25 }, (_, n) => mailer.send({ ...MESSAGE, subject: `n ${n}` })));
    const subjects = server.deliveries.map((delivery) => delivery.mail.subject).sort();
    expect(subjects).toEqual(Array.from({ length: 25 }, (_, n) => `n ${n}`).sort());
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});

describe('a login', () => {
  it('is sent to a server that wants one', async () => {
    const logins: string[] = [];
    const server = await serverWith({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) => {
        logins.push(`${username}/${password}`);
        callback(null, { user: username ?? '' });
      },
    });
    const mailer = mailerTo(server, { user: 'robot', pass: 'open sesame' });
    await mailer.verify();
    await mailer.send(MESSAGE);
    expect(new Set(logins)).toEqual(new Set(['robot/open sesame']));
    expect(server.deliveries).toHaveLength(1);
  });
});

describe('encryption', () => {
  it('starts by itself when the server offers STARTTLS', async () => {
    const server = await serverWith({ disabledCommands: [] });
    await mailerTo(server, { host: 'localhost', tls: { ca: CERTIFICATE } }).send(MESSAGE);
    expect(server.deliveries[0]?.secure).toBe(true);
  });

  it('is not given up for a certificate that nobody vouches for', async () => {
    const server = await serverWith({ disabledCommands: [] });
    await expect(mailerTo(server, { host: 'localhost' }).send(MESSAGE)).rejects.toMatchObject({
      code: 'MAIL_FAILED',
    });
    expect(server.deliveries).toHaveLength(0);
  });

  it('can be required, and a server without it gets no mail', async () => {
    const server = await serverWith();
    await expect(mailerTo(server, { requireTls: true }).send(MESSAGE)).rejects.toThrow(/STARTTLS|TLS/i);
    expect(server.deliveries).toHaveLength(0);
  });
});

describe('closing', () => {
  it('lets a mail under way arrive, refuses later ones, and can be repeated', async () => {
    const server = await serverWith();
    const mailer = mailerTo(server);
    const sending = mailer.send(MESSAGE);
    await mailer.close();
    await expect(sending).resolves.toHaveProperty('messageId');
    expect(server.deliveries).toHaveLength(1);
    await expect(mailer.send(MESSAGE)).rejects.toThrow('The mailer is closed');
    await mailer.close();
  });
});
