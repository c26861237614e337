/** @module What the SMTP mailer says when a mail cannot be delivered, by real servers that refuse, stall or hang up. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createSmtpMailer,
  MailFailedError,
  MailInvalidError,
  MailRefusedError,
  type SmtpMailer,
  type SmtpMailerOptions,
} from '../src/index.ts';
import { startMailServer, startScriptedServer } from './mail-server.ts';

const MESSAGE = { to: 'ann@example.org', subject: 'Hello', html: '<p>Hello</p>' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

function keep<Thing extends { close(): Promise<void> }>(thing: Thing): Thing {
  open.push(thing);
  return thing;
}

function mailerTo(port: number, options: Partial<SmtpMailerOptions> = {}): SmtpMailer {
  const common = { host: '127.0.0.1', port, from: 'robot@example.org', closeTimeoutMs: 50 };
  return keep(createSmtpMailer({ ...common, ...options }));
}

/** What `send` rejects with. */
async function failureOf(work: Promise<unknown>): Promise<Error & { details?: unknown; code?: string }> {
  return work.then(
    () => expect.unreachable('the mail was sent'),
    (error: Error) => error,
  );
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

describe('a server that refuses', () => {
  it('is quoted when it does not know the recipient, and takes the next mail', async () => {
    const server = keep(
      await startMailServer({
        onRcptTo: ({ address }, _session, callback) =>
          callback(address.startsWith('nobody') ? refusal(550, '5.1.1 No such user here') : null),
      }),
    );
    const mailer = mailerTo(server.port);
    const error = await failureOf(mailer.send({ ...MESSAGE, to: 'nobody@example.org' }));
    expect(error).toBeInstanceOf(MailRefusedError);
    expect(error.message).toContain('550 5.1.1 No such user here');
    expect(error.details).toMatchObject({ responseCode: 550, rejected: ['nobody@example.org'] });

    await mailer.send(MESSAGE);
    expect(server.deliveries.map((delivery) => delivery.to)).toEqual([['ann@example.org']]);
  });

  it('is heard when it takes the mail for some recipients only', async () => {
    const server = keep(
      await startMailServer({
        onRcptTo: ({ address }, _session, callback) =>
          callback(address.startsWith('nobody') ? refusal(550, '5.1.1 No such user here') : null),
      }),
    );
    const error = await failureOf(
      mailerTo(server.port).send({ ...MESSAGE, to: 'ann@example.org, nobody@example.org' }),
    );
    expect(error).toBeInstanceOf(MailRefusedError);
    expect(error.message).toContain('nobody@example.org: 550 5.1.1 No such user here');
    expect(error.details).toEqual({ rejected: ['nobody@example.org'] });
    expect(server.deliveries[0]?.to).toEqual(['ann@example.org']);
  });

  it('makes a failure that may pass out of a 4xx reply', async () => {
    const server = keep(
      await startMailServer({
        onRcptTo: (_address, _session, callback) => callback(refusal(451, '4.7.1 Greylisted, come back')),
      }),
    );
    const error = await failureOf(mailerTo(server.port).send(MESSAGE));
    expect(error).toBeInstanceOf(MailFailedError);
    expect(error.message).toContain('451 4.7.1 Greylisted, come back');
  });

  it('is quoted when it refuses the content', async () => {
    const server = keep(
      await startMailServer({
        onData: (stream, _session, callback) => {
          stream.resume();
          stream.on('end', () => callback(refusal(554, '5.7.1 Looks like spam')));
        },
      }),
    );
    const error = await failureOf(mailerTo(server.port).send(MESSAGE));
    expect(error).toBeInstanceOf(MailRefusedError);
    expect(error.message).toContain('554 5.7.1 Looks like spam');
  });

  it('is quoted when it refuses the login, without the password even if the server repeats it', async () => {
    const pass = 'c0rrect-h0rse';
    const server = keep(
      await startMailServer({
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: ({ password }, _session, callback) => {
          const token = Buffer.from(`\0robot\0${password}`).toString('base64');
          callback(refusal(535, `5.7.8 Wrong: ${password} ${token}`));
        },
      }),
    );
    const mailer = mailerTo(server.port, { user: 'robot', pass });
    for (const error of [await failureOf(mailer.send(MESSAGE)), await failureOf(mailer.verify())]) {
      expect(error).toBeInstanceOf(MailRefusedError);
      expect(error.message).toContain('535 5.7.8 Wrong: *** ***');
      const everything = `${error.stack} ${JSON.stringify({ ...error })} ${String(error.cause)}`;
      expect(everything).not.toContain(pass);
      expect(everything).not.toContain(Buffer.from(`\0robot\0${pass}`).toString('base64'));
    }
  });
});

describe('a server that cannot be talked to', () => {
  it('refuses the connection', async () => {
    const mailer = mailerTo(await freePort());
    const error = await failureOf(mailer.send(MESSAGE));
    expect(error).toBeInstanceOf(MailFailedError);
    expect(error.message).toContain('ECONNREFUSED');
    await expect(mailer.verify()).rejects.toBeInstanceOf(MailFailedError);
  });

  it('never greets', async () => {
    const server = keep(await startScriptedServer(() => new Promise(() => {})));
    const error = await failureOf(mailerTo(server.port, { greetingTimeoutMs: 80 }).send(MESSAGE));
    expect(error).toBeInstanceOf(MailFailedError);
    expect(error.message).toMatch(/greeting/i);
  });

  it('falls silent in the middle', async () => {
    const server = keep(
      await startScriptedServer(async (socket, lines) => {
        socket.write('220 here\r\n');
        for await (const line of lines) if (!line.startsWith('RCPT')) socket.write('250 fine\r\n');
      }),
    );
    const error = await failureOf(mailerTo(server.port, { socketTimeoutMs: 120 }).send(MESSAGE));
    expect(error).toBeInstanceOf(MailFailedError);
    expect(error.message).toMatch(/timeout/i);
  });

  it('hangs up in the middle of the mail, which is not sent a second time', async () => {
    const server = keep(
      await startScriptedServer(async (socket, lines) => {
        socket.write('220 here\r\n');
        for await (const line of lines) {
          if (line === '') socket.destroy();
          else if (line === 'DATA') socket.write('354 go on\r\n');
          else if (/^(EHLO|MAIL|RCPT)/.test(line)) socket.write('250 fine\r\n');
        }
      }),
    );
    const error = await failureOf(mailerTo(server.port).send(MESSAGE));
    expect(error).toBeInstanceOf(MailFailedError);
    expect(server.connections()).toBe(1);
  });

  it('hangs up instead of greeting, a few times and not for ever', async () => {
    const server = keep(await startScriptedServer(async (socket) => void socket.end()));
    const error = await failureOf(mailerTo(server.port).send(MESSAGE));
    expect(error).toBeInstanceOf(MailFailedError);
    expect(server.connections()).toBe(3);
  });

  it('talks nonsense', async () => {
    const server = keep(
      await startScriptedServer(async (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n')),
    );
    const error = await failureOf(mailerTo(server.port).send(MESSAGE));
    expect(error.message).toContain('HTTP/1.1 400 Bad Request');
  });
});

describe('what is known of the mail after a failure', () => {
  /** Talks SMTP up to the given point and is silent from there on. */
  const silentAfter = (point: 'greeting' | 'MAIL' | 'RCPT' | 'DATA' | 'content') =>
    startScriptedServer(async (socket, lines) => {
      // Leaving the loop would end the connection.
      const silence = () => new Promise<never>(() => {});
      if (point === 'greeting') return silence();
      socket.write('220 here\r\n');
      for await (const line of lines) {
        const verb = /^[A-Z]{4}/.exec(line)?.[0] ?? '';
        if (verb === point || (point === 'content' && line === '.')) await silence();
        if (verb === 'DATA') socket.write('354 go on\r\n');
        else if (/^(EHLO|MAIL|RCPT)$/.test(verb)) socket.write('250 fine\r\n');
      }
    });

  it.each([
    ['greeting', 'not-sent'],
    ['MAIL', 'not-sent'],
    ['RCPT', 'not-sent'],
    ['DATA', 'not-sent'],
    ['content', 'unknown'],
  ] as const)('silence after %s: %s', async (point, delivery) => {
    const server = keep(await silentAfter(point));
    for (const limits of [{ timeoutMs: 300 }, { greetingTimeoutMs: 200, socketTimeoutMs: 200 }]) {
      const error = await failureOf(mailerTo(server.port, { ...limits, retries: 0 }).send(MESSAGE));
      expect(error).toBeInstanceOf(MailFailedError);
      expect(error.details).toMatchObject({ delivery });
      expect(error.message).toContain(delivery === 'unknown' ? 'may have been sent' : 'was not sent');
    }
  });

  it('a large mail that was given up in the middle is not sent', async () => {
    const server = keep(await silentAfter('content'));
    const html = `<p>${'word '.repeat(2_000_000)}</p>`;
    const error = await failureOf(mailerTo(server.port, { timeoutMs: 1 }).send({ ...MESSAGE, html }));
    expect(error.details).toMatchObject({ delivery: 'not-sent' });
  });

  it('a reply for now means that the server did not take it', async () => {
    const server = keep(
      await startMailServer({
        onData: (stream, _session, callback) => {
          stream.resume();
          stream.on('end', () => callback(refusal(451, '4.3.0 Try later')));
        },
      }),
    );
    const error = await failureOf(mailerTo(server.port).send(MESSAGE));
    expect(error.details).toMatchObject({ delivery: 'not-sent', responseCode: 451 });
  });

  it('the time for one mail holds also while all connections are taken', async () => {
    const server = keep(await silentAfter('greeting'));
    const mailer = mailerTo(server.port, { timeoutMs: 300, maxConnections: 1 });
    const errors = await Promise.all(Array.from({ length: 4 }, () => failureOf(mailer.send(MESSAGE))));
    for (const error of errors) expect(error.details).toMatchObject({ delivery: 'not-sent' });
  });

  it('as often as retries say, and no more', async () => {
    const server = keep(await startScriptedServer(async (socket) => void socket.end()));
    await failureOf(mailerTo(server.port, { retries: 0 }).send(MESSAGE));
    expect(server.connections()).toBe(1);
  });
});

describe('a signal', () => {
  it('ends a mail under way with its reason', async () => {
    const cancelled = new AbortController();
    const server = keep(
      await startScriptedServer(async (socket, lines) => {
        socket.write('220 here\r\n');
        for await (const line of lines) {
          if (line.startsWith('MAIL')) cancelled.abort(new Error('the run was cancelled'));
          else socket.write('250 fine\r\n');
        }
      }),
    );
    await expect(mailerTo(server.port).send(MESSAGE, { signal: cancelled.signal })).rejects.toThrow(
      'the run was cancelled',
    );
  });

  it('that was aborted before keeps the mail from being sent', async () => {
    const server = keep(await startMailServer());
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(mailerTo(server.port).send(MESSAGE, { signal })).rejects.toThrow('too late');
    expect(server.connections()).toBe(0);
  });
});

describe('a mail that is wrong', () => {
  const cases: [string, Partial<typeof MESSAGE>, string][] = [
    [
      'a recipient with a line break',
      { to: 'ann@example.org\r\nBcc: eve@example.org' },
      "'to' must not contain a line break",
    ],
    [
      'a subject with a line break',
      { subject: 'Hello\nBcc: eve@example.org' },
      "'subject' must not contain a line break",
    ],
    ['no recipient', { to: '  ' }, "'to' holds no address"],
    ['a name without an address', { to: 'Ann' }, "'to' is no address: Ann"],
    ['one bad address among good ones', { to: 'ann@example.org, bob@' }, "'to' is no address: bob@"],
    [
      'too many recipients',
      { to: Array.from({ length: 51 }, (_, n) => `a${n}@example.org`).join() },
      '51 recipients',
    ],
  ];

  it.each(cases)('is refused before any server is asked: %s', async (_name, change, message) => {
    const server = keep(await startMailServer());
    const error = await failureOf(mailerTo(server.port).send({ ...MESSAGE, ...change }));
    expect(error).toBeInstanceOf(MailInvalidError);
    expect(error.message).toContain(message);
    expect(server.connections()).toBe(0);
  });

  it('cannot be prepared with a sender that is no address', () => {
    expect(() => createSmtpMailer({ host: '127.0.0.1', from: 'Robot' })).toThrow(
      "'from' is no address: Robot",
    );
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
