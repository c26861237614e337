/** @module What the outbox writes, read back with a mail parser. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutboxMailer } from './outbox-mailer.ts';

const MESSAGE = { to: 'Zoë <zoe@example.org>', subject: 'Grüße', html: '<p>Hello &amp; welcome</p>' };

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'outbox-'));
  folder = join(parent, 'data', 'outbox');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe('a mail into the outbox', () => {
  it('is a whole message in a folder made for it', async () => {
    const { messageId, file } = await createOutboxMailer({ folder, from: 'robot@example.org' }).send(MESSAGE);
    const mail = await PostalMime.parse(await readFile(file));
    expect(mail).toMatchObject({
      messageId,
      subject: 'Grüße',
      from: { address: 'robot@example.org' },
      to: [{ name: 'Zoë', address: 'zoe@example.org' }],
    });
    expect(mail.html?.trim()).toBe(MESSAGE.html);
    expect(mail.text?.trim()).toBe('Hello & welcome');
    expect(mail.date).toBeDefined();
    const lone = (await readFile(file, 'latin1')).replaceAll('\r\n', '').match(/[\r\n]/g);
    expect(lone).toBeNull();
  });

  it('can be read by its owner only', async () => {
    const { file } = await createOutboxMailer({ folder, from: 'robot@example.org' }).send(MESSAGE);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('has a name of its own that sorts by time of sending, also within one millisecond', async () => {
    const times = [0, 0, 0, 1, 5_000, 90_000_000];
    const pending = [...times];
    const mailer = createOutboxMailer({ folder, from: 'robot@example.org', now: () => pending.shift() ?? 0 });
    const files = await Promise.all(times.map(() => mailer.send(MESSAGE)));
    const names = files.map(({ file }) => basename(file));
    expect(await readdir(folder)).toHaveLength(times.length);
    expect([...names].sort()).toEqual(names);
    expect(names[0]).toMatch(/^19700101T000000000Z-000000-[0-9a-f]{8}\.eml$/);
  });

  it('is refused like any other when a header could be written through it', async () => {
    const mailer = createOutboxMailer({ folder, from: 'robot@example.org' });
    await expect(mailer.send({ ...MESSAGE, subject: 'a\r\nBcc: eve@example.org' })).rejects.toThrow(
      "'subject'",
    );
    await expect(readdir(parent)).resolves.toEqual([]);
  });

  it('is not written when its run was cancelled', async () => {
    const mailer = createOutboxMailer({ folder, from: 'robot@example.org' });
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(mailer.send(MESSAGE, { signal })).rejects.toThrow('cancelled');
    await expect(readdir(parent)).resolves.toEqual([]);
  });

  it('fails with the reason when there can be no such folder', async () => {
    const file = join(parent, 'file');
    await writeFile(file, '');
    const mailer = createOutboxMailer({ folder: join(file, 'outbox'), from: 'robot@example.org' });
    await expect(mailer.send(MESSAGE)).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});
