/** @module The engine's Mailer port over SMTP: pooled connections, timeouts, the server's own words when it refuses. */
import type { ConnectionOptions } from 'node:tls';
import type { Mailer, MailMessage, PortOptions } from '@orchestrix/engine';
import type { SMTPPoolOptions, SMTPPoolSentMessageInfo, Transporter } from 'nodemailer';
import { checkAddresses, composeMail } from './compose.ts';
import { DELIVERY_WORDS, Handover } from './handover.ts';
import { MailFailedError, MailRefusedError, secretsOf, toMailError } from './mail-error.ts';

/** Where mails go and how. Times are milliseconds. */
export interface SmtpMailerOptions {
  host: string;
  /** Default 587. On 465 TLS is spoken from the first byte; on any other port it starts when the server offers STARTTLS. */
  port?: number;
  /** Name to log in with; without it the server is used without a login. */
  user?: string;
  pass?: string;
  /** Sender of every mail: `robot@example.org` or `Robot <robot@example.org>`. */
  from: string;
  /** Refuse a server that offers no STARTTLS, instead of talking to it in clear text. Default `false`. */
  requireTls?: boolean;
  /** Further TLS settings, such as `ca` for a server with a private certificate authority. Certificates are verified. */
  tls?: ConnectionOptions;
  /** Connections kept open at most. Default 5. */
  maxConnections?: number;
  /** Mails over one connection before it is renewed. Default 100. */
  maxMessagesPerConnection?: number;
  /** Recipients of one mail at most. Default 50. */
  maxRecipients?: number;
  /** Until the connection stands. Default 10,000. */
  connectionTimeoutMs?: number;
  /** Until the server says hello. Default 10,000. */
  greetingTimeoutMs?: number;
  /** Silence of the server in the middle of a conversation. Default 60,000. */
  socketTimeoutMs?: number;
  /** Longest time for one mail: waiting for a connection, retries, and handing it over. Default: none. */
  timeoutMs?: number;
  /** How often a connection that ended before the mail was handed over is tried again. Default 2. */
  retries?: number;
  /** How long {@link SmtpMailer.close} lets mails under way finish. Default 10,000. */
  closeTimeoutMs?: number;
}

/** A {@link Mailer} that holds connections. */
export interface SmtpMailer extends Mailer {
  /**
   * Connects and logs in without sending anything.
   *
   * @throws MailFailedError or MailRefusedError with the server's text
   */
  verify(): Promise<void>;
  /** Takes no further mail, lets those under way finish, then ends the connections. Safe to call again. */
  close(): Promise<void>;
}

/**
 * A mailer over SMTP. nodemailer is loaded and the first connection opened with the first mail.
 *
 * `send` rejects with {@link MailRefusedError} (the server said no for good), {@link MailFailedError} (it may work later),
 * `MailInvalidError` (the mail is wrong) or the signal's reason. No error carries the password.
 *
 * @throws MailInvalidError when `from` is no address
 */
export function createSmtpMailer(options: SmtpMailerOptions): SmtpMailer {
  checkAddresses('from', options.from);
  const secrets = secretsOf(options.user, options.pass);
  const underWay = new Set<Promise<unknown>>();
  let transport: Promise<Transporter<SMTPPoolSentMessageInfo>> | undefined;
  let closing: Promise<void> | undefined;

  const open = () => {
    if (closing) throw new MailFailedError('The mailer is closed', { code: 'MAIL_FAILED', status: 503 });
    transport ??= openTransport(options);
    return transport;
  };

  const deliver = async (message: MailMessage, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    const { timeoutMs, maxRecipients = 50 } = options;
    const handover = new Handover();
    const deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const ends = [signal, deadline].filter((each) => each !== undefined);
    try {
      const pool = open();
      const mail = await composeMail(message, options.from);
      const parts = { ...mail, maxRecipients, [HANDOVER]: handover };
      const info = await (await pool).sendMail({
        ...parts,
        ...(ends.length > 0 && { signal: AbortSignal.any(ends) }),
      });
      refusePartDelivery(info);
      return { messageId: info.messageId };
    } catch (thrown) {
      handover.stop();
      signal?.throwIfAborted();
      if (deadline?.aborted) throw tooLate(timeoutMs, handover);
      throw toMailError(thrown, secrets, handover.delivery);
    }
  };

  return {
    send(message, { signal }: PortOptions = {}) {
      return tracked(underWay, deliver(message, signal));
    },
    async verify() {
      try {
        await tracked(underWay, (await open()).verify());
      } catch (thrown) {
        throw toMailError(thrown, secrets);
      }
    },
    close() {
      closing ??= finish(transport, underWay, options.closeTimeoutMs ?? 10_000);
      return closing;
    },
  };
}

/** Under which the mail's handover travels through nodemailer. */
const HANDOVER = 'orchestrixHandover';

async function openTransport(options: SmtpMailerOptions): Promise<Transporter<SMTPPoolSentMessageInfo>> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(poolOptions(options));
  transport.use('stream', (mail, done) => {
    const handover = (mail.data as { [HANDOVER]?: Handover })[HANDOVER];
    const { message } = mail;
    const createReadStream = message.createReadStream.bind(message);
    if (handover)
      Object.assign(message, {
        createReadStream: (...rest: Parameters<typeof createReadStream>) =>
          handover.watch(createReadStream(...rest)),
      });
    done();
  });
  return transport;
}

function tooLate(timeoutMs: number | undefined, { delivery }: Handover): MailFailedError {
  return new MailFailedError(
    `The mail server did not take the mail within ${timeoutMs} ms. ${DELIVERY_WORDS[delivery]}`,
    { code: 'MAIL_FAILED', status: 502, details: { delivery } },
  );
}

function poolOptions(options: SmtpMailerOptions): SMTPPoolOptions & { pool: true } {
  const port = options.port ?? 587;
  return {
    pool: true,
    host: options.host,
    port,
    secure: port === 465,
    requireTLS: options.requireTls ?? false,
    auth: options.user ? { user: options.user, pass: options.pass ?? '' } : undefined,
    tls: options.tls,
    maxConnections: options.maxConnections ?? 5,
    maxMessages: options.maxMessagesPerConnection ?? 100,
    // A server that hangs up before its greeting is asked a few times more, then the mail fails instead of waiting.
    maxRequeues: options.retries ?? 2,
    connectionTimeout: options.connectionTimeoutMs ?? 10_000,
    greetingTimeout: options.greetingTimeoutMs ?? 10_000,
    dnsTimeout: options.connectionTimeoutMs ?? 10_000,
    socketTimeout: options.socketTimeoutMs ?? 60_000,
  };
}

/** nodemailer counts a mail as sent when one recipient was taken; the others would never hear of it. */
function refusePartDelivery(info: SMTPPoolSentMessageInfo): void {
  const rejected = info.rejected ?? [];
  if (rejected.length === 0) return;
  const replies = (info.rejectedErrors ?? []).map((error) => error.response ?? error.message);
  throw new MailRefusedError(`The mail was not taken for ${rejected.join(', ')}: ${replies.join('; ')}`, {
    code: 'MAIL_REFUSED',
    status: 422,
    details: { rejected },
  });
}

function tracked<Value>(underWay: Set<Promise<unknown>>, work: Promise<Value>): Promise<Value> {
  underWay.add(work);
  const done = () => underWay.delete(work);
  work.then(done, done);
  return work;
}

async function finish(
  transport: Promise<Transporter<SMTPPoolSentMessageInfo>> | undefined,
  underWay: ReadonlySet<Promise<unknown>>,
  timeoutMs: number,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.allSettled(underWay), late]);
  clearTimeout(timer);
  (await transport)?.close({ force: true });
  await Promise.allSettled(underWay);
}
