import { readdir, readFile, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../support/start-test-server.ts';

const MAIL = { to: 'ann@example.org', subject: 'Hello', html: '<p>Good morning</p>' };

describe('mail', () => {
  it('goes through the configured server, with its login', async () => {
    const received: string[] = [];
    const logins: unknown[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        logins.push([username, password]);
        done(null, { user: 'u' });
      },
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk) => (text += String(chunk)));
        stream.on('end', () => {
          received.push(text);
          done();
        });
      },
    });
    await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
    const { port } = smtp.server.address() as AddressInfo;
    const server = await startTestServer({
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(port),
      SMTP_USER: 'robot',
      SMTP_PASS: 'for tests only',
      FROM_EMAIL: 'Robot <robot@example.org>',
    });
    try {
      await server.services.mailer!.send(MAIL);
      expect(received).toHaveLength(1);
      expect(received[0]).toMatch(/^From: Robot <robot@example\.org>/m);
      expect(received[0]).toContain('Good morning');
      expect(logins).toEqual([['robot', 'for tests only']]);
    } finally {
      await server.close();
      await new Promise<void>((done) => smtp.close(done));
    }
  });

  it('is written to the outbox when no server is configured, and the start says so', async () => {
    const server = await startTestServer();
    try {
      const outbox = join(server.config.dataDir, 'outbox');
      expect(server.services.describe.join('\n')).toContain(outbox);
      await server.services.mailer!.send(MAIL);
      const [file, ...more] = await readdir(outbox);
      expect(more).toEqual([]);
      expect(file).toMatch(/\.eml$/);
      expect(await readFile(join(outbox, file!), 'utf8')).toContain('Subject: Hello');
      expect((await stat(join(outbox, file!))).mode & 0o077).toBe(0);
    } finally {
      await server.close();
    }
  });

  it.each(['true', 'false'])('greets a new account where WELCOME_MAIL is %s', async (setting) => {
    const server = await startTestServer({ WELCOME_MAIL: setting });
    try {
      const body = { name: 'Ann <b>', email: 'ann@example.org', password: 'correct horse' };
      expect((await server.request('POST /auth/register', { body })).status).toBe(201);
      const outbox = join(server.config.dataDir, 'outbox');
      const written = async () => (await readdir(outbox).catch(() => [])).length;
      if (setting === 'false') return expect(await written()).toBe(0);
      await expect.poll(written).toBe(1);
      const [file] = await readdir(outbox);
      const text = await readFile(join(outbox, file!), 'utf8');
      expect(text).toMatch(/^To: ann@example\.org$/m);
      expect(text).toContain('Welcome to Orchestrix');
      expect(text).toContain('Hello Ann &lt;b&gt;,');
    } finally {
      await server.close();
    }
  });

  it('that cannot greet a new account keeps nobody from registering', async () => {
    const server = await startTestServer({ WELCOME_MAIL: 'true', SMTP_HOST: '127.0.0.1', SMTP_PORT: '1' });
    try {
      expect((await server.register()).token).toEqual(expect.any(String));
    } finally {
      await server.close();
    }
  });

  it('cannot be sent in production without a server', async () => {
    const server = await startTestServer({
      NODE_ENV: 'production',
      MONGODB_URI: process.env.TEST_MONGODB_URI ?? 'embedded',
    });
    try {
      expect(server.services.mailer).toBeUndefined();
    } finally {
      await server.close();
    }
  });

  it('leaves the server ready, but degraded, when its mail server is dead', async () => {
    const server = await startTestServer({ SMTP_HOST: '127.0.0.1', SMTP_PORT: '1' });
    try {
      const { status, body } = await server.request('/health/ready');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        ok: true,
        status: 'degraded',
        dependencies: { mail: { ok: false, kind: 'smtp' } },
      });
    } finally {
      await server.close();
    }
  });

  it('is not handed to a server without TLS where that is required, as it is in production', async () => {
    const smtp = new SMTPServer({ disabledCommands: ['STARTTLS'], authOptional: true });
    await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
    const { port } = smtp.server.address() as AddressInfo;
    const server = await startTestServer({
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(port),
      SMTP_REQUIRE_TLS: 'true',
    });
    try {
      await expect(server.services.mailer!.send(MAIL)).rejects.toMatchObject({
        code: expect.stringMatching(/^MAIL_/),
      });
    } finally {
      await server.close();
      await new Promise<void>((done) => smtp.close(done));
    }
  });
});
