/** @module Changes of mails: one more, one less, another address, subject or text. */
import type { PatchOperation } from '../../patch/operations.ts';
import { ADDRESS, type MailWish, readMail, takeMails } from '../mail.ts';
import { mailSteps } from '../mail-steps.ts';
import { labelOf } from '../names.ts';
import { fromInput } from '../steps.ts';
import {
  before,
  fieldsOf,
  freeId,
  namesIn,
  nounOf,
  type Outcome,
  outputOf,
  type Part,
  type Parts,
  setField,
  variablesOf,
} from './parts.ts';

const MAIL = /\b(?:e-?mail(?:s|ed|ing)?|mail(?:s|ed|ing)?|notif\w+|newsletter)\b/i;

/** Whatever is said about mails. */
export function changeMails(wish: string, parts: Parts): Outcome {
  return removeMails(wish, parts) ?? copyMail(wish, parts) ?? editMail(wish, parts) ?? addMail(wish, parts);
}

function removeMails(wish: string, { mails }: Parts): Outcome {
  const match =
    /^(?:.{0,30}\b)?(?:remove|drop|delete|no more|don't|do not|doesn't|stop|without|skip|get rid of|no longer|no|leave out|omit|shouldn't|should not)\b(.{0,60}?)\b(e-?mails?|mails?|notif\w+|confirmation|sending|send)\b(.*)$/i.exec(
      wish,
    );
  if (!match || /"/.test(match[1]!)) return null;
  if (
    /\b(?:field|store|save|ask|collect|answer|response|show|return|list|require|input|address|if|unless|when|exist|found)\b/i.test(
      match[1]! + match[3]!,
    )
  )
    return null;
  // "remove the email" is about the field where there is no mail.
  if (/^e-?mail$/i.test(match[2]!) && mails.length === 0) return null;
  if (mails.length === 0) return 'The workflow sends no mail. What should be removed?';
  return chosenMails(wish, mails).map(({ id }) => ({ op: 'remove', id }));
}

/** The mails that a text speaks of; all when it does not say which. */
function chosenMails(wish: string, mails: readonly Part[]): readonly Part[] {
  if (mails.length < 2 || /\b(?:all|any|mails|emails|both)\b/i.test(wish)) return mails;
  const address = ADDRESS.exec(wish)?.[0];
  const kinds = ['welcome', 'confirm', 'receiv', 'new'];
  const kind = kinds.find((word) => wish.toLowerCase().includes(word));
  const toPerson = /\b(?:user|customer|visitor|sender|person|guest|them|caller|author|employee)\b/i.test(
    wish,
  );
  const chosen = mails.filter(({ to, subject, body }) => {
    if (address !== undefined) return String(to).includes(address);
    if (kind !== undefined && `${String(subject)} ${String(body)}`.toLowerCase().includes(kind)) return true;
    return toPerson
      ? String(to).includes('{{')
      : /\b(?:admin|us|team|support|office|boss|staff)\b/i.test(wish) && !String(to).includes('{{');
  });
  return chosen.length > 0 ? chosen : mails;
}

function copyMail(wish: string, parts: Parts): Outcome {
  const [mail] = parts.mails;
  const address = ADDRESS.exec(wish)?.[0];
  if (!mail || address === undefined) return null;
  if (
    /\b(?:instead|change|replace|rather than|no longer to)\b/i.test(wish) &&
    !/\b(?:also|as well|too|copy)\b/i.test(wish)
  ) {
    const [, to] = new RegExp(`(?:\\bto|with|use) ["'<]?(${ADDRESS.source})`, 'i').exec(wish) ?? [];
    const target = to ?? address;
    const old = parts.mails.find((one) => one.to !== target && wish.includes(String(one.to))) ?? mail;
    return setField(old, 'to', target);
  }
  if (
    !/\b(?:cop(?:y|ies)|cc|bcc|same mail|the (?:e-?)?mail (?:also|too)|also get the (?:e-?)?mail)\b/i.test(
      wish,
    )
  )
    return null;
  return [
    {
      op: 'add',
      step: { ...mail, id: freeId('send_mail', parts), to: address },
      after: parts.mails.at(-1)!.id,
    },
  ];
}

function editMail(wish: string, parts: Parts): Outcome {
  const { mails } = parts;
  if (mails.length === 0) return null;
  const [mail] = chosenMails(wish, mails) as readonly [Part, ...Part[]];
  const quoted = /"([^"]{1,500})"|'([^']{3,500})'/.exec(wish);
  const text = quoted?.[1] ?? quoted?.[2];
  const names = variablesOf(parts)
    .map(({ name }) => name)
    .filter((name) => !/password/i.test(name));
  const isNew = /^(?:send|also send|notify|inform|mail|e-?mail)\b/i.test(wish);
  if (
    /\bsubject\b/i.test(wish) &&
    !isNew &&
    !/^(?:add|store|save|ask for|callers?|they|the caller)\b/i.test(wish)
  ) {
    if (text !== undefined) return setField(mail, 'subject', filled(text, names));
    const [name] = namesIn(
      wish.replace(
        /\b(?:mail'?s?|e-?mail'?s?) subject\b|\bsubject of the (?:e-?)?mail\b|\b(?:as|to|in(?:to)?|be|is) (?:the |its )?subject\b/gi,
        ' ',
      ),
      names,
    );
    const subject = name ?? (names.includes('subject') ? 'subject' : undefined);
    if (subject === undefined) return 'What should the subject of the mail be?';
    const added = /\b(?:add|put|include|mention|append)\b/i.test(wish) && typeof mail.subject === 'string';
    return setField(
      mail,
      'subject',
      added ? `${String(mail.subject)}: ${fromInput(subject)}` : fromInput(subject),
    );
  }
  if (isNew || !MAIL.test(wish.replace(/"[^"]*"/g, ' '))) return null;
  if (
    text !== undefined &&
    /\b(?:say|says|saying|text|body|content|read|wording|message)\b/i.test(wish) &&
    !/\banswer|respon|repl/i.test(wish)
  )
    return setField(mail, 'body', filled(text, names));
  if (
    /\b(?:in(?:to)?|to) (?:the |that |this )?(?:e-?mail|mail|notification)\b|\b(?:e-?mail|mail) (?:should |must )?(?:also |too )?(?:contain|include|mention|show|have|list)/i.test(
      wish,
    )
  ) {
    const wanted = namesIn(
      wish.replace(
        /\b(?:e-?mail|mail)(?= (?:should|must|also|contain|include|mention))|\b(?:in(?:to)?|to) (?:the )?(?:e-?mail|mail)\b/gi,
        ' ',
      ),
      names,
    );
    // "Add a phone number and put it into the mail" is about what was added last.
    const last = names.at(-1);
    if (wanted.length === 0 && last !== undefined && /\b(?:it|that|them)\b/i.test(wish)) wanted.push(last);
    if (wanted.length === 0) return null;
    const lines = wanted
      .filter((name) => !String(mail.body).includes(fromInput(name)))
      .map((name) => `\n${labelOf(name)}: ${fromInput(name)}`);
    return setField(mail, 'body', `${String(mail.body ?? '')}${lines.join('')}`);
  }
  return null;
}

/** Braces around a field's name become references. */
function filled(text: string, names: readonly string[]): string {
  return text.replace(/\{{1,2} ?(?:input\.)?(\w+) ?\}{1,2}/g, (whole, name: string) =>
    names.includes(name) ? fromInput(name) : whole.replace(/[{}]/g, ''),
  );
}

const SENDS =
  /^(?:send|mail|e-?mail|notify|inform|alert|thank|let|tell)\b|\b(?:gets?|receives?|is sent|are sent) (?:an? |the )?(?:[\w-]+ )?(?:e-?mail|mail)\b|\bby (?:e-?)?mail\b/i;

function addMail(wish: string, parts: Parts): Outcome {
  if (
    !/\b(?:mails?|e-?mails?|notif\w+|inform|alert|send|thank|let .* know)\b/i.test(wish) ||
    /\bfield\b|\bunique\b|\bduplicate|\b(?:optional|required|mandatory)\b|\bsends? (?:back|its|their|his|her|us|along)\b/i.test(
      wish,
    ) ||
    /^(?:also |and )?(?:store|save|ask for|collect|record|return|show|answer|rename|remove|don't|do not|make|the e-?mail|e-?mails? (?:must|should|is|has|may|can))\b/i.test(
      wish,
    ) ||
    /\b(?:caller|client|sensor|device|provider|they|users?|visitors?|callers)s? (?:can |may |should |must )?(?:also |additionally |now )*sends?\b/i.test(
      wish,
    )
  )
    return null;
  const text = wish
    .replace(/^(?:add|include) (?:sending )?(?=an? |the )/i, 'send ')
    .replace(/^thank (?=\w+ (?:by|via|with))/i, 'send a thank you mail to ');
  const [taken] = takeMails([text]);
  if (!taken && !(MAIL.test(text.replace(ADDRESS, ' ')) && SENDS.test(text))) return null;
  const read = readMail(text);
  const noun = nounOf(parts) || 'message';
  const source = parts.all.find(
    (step) =>
      step.type === 'userLogin' ||
      step.type === 'dbFind' ||
      (step.type === 'dbUpdate' && step === parts.write),
  );
  const address =
    source && source !== parts.list
      ? `{{ ${outputOf(source)}.email }}`
      : parts.auth
        ? `{{ ${outputOf(parts.auth)}.email }}`
        : null;
  const steps = mailSteps([worded(read, wish, noun, parts)], { noun, fields: fieldsOf(parts), address });
  if (typeof steps === 'string') return steps;
  const operations: PatchOperation[] = [];
  for (const step of steps) {
    if (
      parts.mails.some(
        ({ to, subject, body }) => to === step.to && (subject === step.subject || body === step.body),
      )
    )
      continue;
    operations.push({
      op: 'add',
      step: { ...step, id: freeId(step.id, parts) },
      after: before(parts.response?.id, parts),
    });
  }
  return operations;
}

/** A mail to a person says what has happened, in the words of the request where it has some. */
function worded(read: MailWish, wish: string, noun: string, parts: Parts): MailWish {
  const quoted = /"([^"]{1,1000})"/.exec(wish)?.[1];
  const told =
    /\b(?:saying|telling (?:them|him|her|the \w+)|that says|to say|to tell (?:them|him|her)) (?:that )?([^"]{5,200})$/i.exec(
      wish,
    )?.[1];
  const whole = read.subject === null ? quoted : undefined;
  const body = read.body ?? whole ?? (told === undefined ? null : sentence(told));
  const done = parts.delete ? 'deleted' : parts.write?.type === 'dbUpdate' ? 'updated' : 'received';
  const label = labelOf(noun).toLowerCase();
  if (read.address !== null)
    return {
      ...read,
      body,
      subject: read.subject ?? (done === 'received' ? null : `${labelOf(noun)} ${done}`),
    };
  if (/\b(?:goodbye|farewell|bye)\b/i.test(wish))
    return {
      ...read,
      subject: read.subject ?? 'Goodbye',
      body: body ?? 'Hello,\nwe are sorry to see you go. Goodbye!',
    };
  if (read.kind !== 'notification') return { ...read, body };
  const login = parts.all.some(({ type }) => type === 'userLogin');
  return {
    ...read,
    subject: read.subject ?? (login ? 'New log-in' : `Your ${label}`),
    body:
      body ??
      (login ? 'Hello,\nsomebody has just logged in to your account.' : `Hello,\nyour ${label} was ${done}.`),
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.!]$/, '')}.`;
}
