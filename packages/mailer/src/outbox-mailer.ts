/** @module The engine's Mailer port into a folder: every mail becomes an `.eml` file that a mail program opens. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailer, MailMessage, PortOptions } from '@orchestrix/engine';
import { checkAddresses, composeMail } from './compose.ts';

/** Where the files go. */
export interface OutboxMailerOptions {
  /** Made when it is missing, readable by its owner only. */
  folder: string;
  /** Sender of every mail. */
  from: string;
  /** Milliseconds since 1970, for the file names. Default `Date.now`. */
  now?: () => number;
}

/** What became of a mail. */
export interface OutboxReceipt {
  messageId: string;
  /** Path of the file. */
  file: string;
}

/** A {@link Mailer} that tells where it put the mail. */
export interface OutboxMailer extends Mailer {
  send(message: MailMessage, options?: PortOptions): Promise<OutboxReceipt>;
}

/**
 * A mailer for development and tests: nothing leaves the machine. Files sort by time of sending, are complete as soon as they have
 * their `.eml` name, and are readable by their owner only, because a mail can carry a password-reset link.
 *
 * `send` rejects with `MailInvalidError` for a mail that an SMTP server could not be given, with the signal's reason, or with
 * the file system's error.
 *
 * @throws MailInvalidError when `from` is no address
 */
export function createOutboxMailer({ folder, from, now = Date.now }: OutboxMailerOptions): OutboxMailer {
  checkAddresses('from', from);
  let sent = 0;

  return {
    async send(message, { signal }: PortOptions = {}) {
      signal?.throwIfAborted();
      const name = fileName(now(), sent++);
      const { messageId, content } = await compile(message, from);
      signal?.throwIfAborted();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, name);
      await writeWhole(file, content);
      return { messageId, file };
    },
  };
}

async function compile(message: MailMessage, from: string): Promise<{ messageId: string; content: Buffer }> {
  const [mail, { createTransport }] = await Promise.all([composeMail(message, from), import('nodemailer')]);
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const info = await transport.sendMail(mail);
  if (!Buffer.isBuffer(info.message))
    throw new TypeError('nodemailer gave a stream where a buffer was asked for');
  return { messageId: info.messageId, content: info.message };
}

/** `20261120T093000123Z-000007-1b9d6bcd.eml`: time, count within this process for mails of one millisecond, chance against other processes. */
function fileName(time: number, count: number): string {
  const stamp = new Date(time).toISOString().replace(/[-:.]/g, '');
  return `${stamp}-${String(count).padStart(6, '0')}-${randomUUID().slice(0, 8)}.eml`;
}

/** Under another name first: a program that watches the folder never sees half a mail. */
async function writeWhole(file: string, content: Buffer): Promise<void> {
  const draft = `${file}.part`;
  try {
    await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
