/** @module Contact forms, and webhooks that are stored. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { type Field, fieldNamed } from '../field.ts';
import { ADDRESS } from '../mail.ts';
import { mailSteps } from '../mail-steps.ts';
import { existingCollection, knownFields } from '../names.ts';
import { applyFieldSentences } from '../read-fields.ts';
import type { Reading } from '../reading.ts';
import { dataOf, respond, type Step, workflow } from '../steps.ts';
import { listedFields } from './listed.ts';

/** What a visitor writes is stored and mailed. */
export function draftContact(reading: Reading): Draft | DraftQuestions {
  const isFeedback = /\bfeedback\b/i.test(reading.text) && !/\bcontact\b/i.test(reading.text);
  const collection = reading.collection ?? contactCollection(reading, isFeedback);
  const known = knownFields(collection, reading.collections);
  const listed = listedFields(reading, known).filter(
    ({ name }) => !/^(?:contact\w*|form|mail|us|website|contactForm|submission)$/i.test(name),
  );
  const fields: Field[] =
    listed.length > 1 ? listed : [fieldNamed('name'), fieldNamed('email'), fieldNamed('message')];
  applyFieldSentences(reading.sentences, known, fields);
  const wishes = [...reading.mails];
  const storesOnly =
    /\b(?:only|just) (?:stor|sav)\w*|\bno (?:e-?)?mail\b|\bwithout (?:an? )?(?:e-?)?mail\b/i.test(
      reading.text,
    );
  if (wishes.length === 0 && !storesOnly) {
    const address = ADDRESS.exec(reading.text)?.[0] ?? null;
    const stores = /\b(?:stor|sav|insert|keep|record|persist|database|collection)\w*/i.test(reading.text);
    if (address === null && !stores)
      return { kind: 'questions', questions: ['To which address should the message be sent?'] };
    if (address !== null)
      wishes.push({ text: '', address, toPerson: false, subject: null, body: null, kind: 'notification' });
  }
  const mails = mailSteps(wishes, {
    noun: isFeedback ? 'feedback' : 'contact message',
    fields,
    address: null,
  });
  if (typeof mails === 'string')
    return { kind: 'questions', questions: ['To which address should the message be sent?'] };
  const mailsOnly =
    mails.length > 0 &&
    reading.collection === null &&
    /\b(?:only|just) (?:send|mail|e-?mail|forward)|\bno (?:need to )?stor|\bwithout (?:stor|sav)|(?:don't|do not) (?:store|save)|\bno database\b/i.test(
      reading.text,
    );
  const insert: Step[] = mailsOnly
    ? []
    : [
        {
          id: 'store_message',
          type: 'dbInsert',
          collection,
          data: dataOf(fields),
          output: fields.some(({ name }) => name === 'created') ? 'stored' : 'created',
        },
      ];
  const answer = respond(
    { ...reading.answer, fields: mailsOnly ? [] : reading.answer.fields },
    mailsOnly ? 200 : 201,
    { ok: true },
    mailsOnly ? null : 'created',
  );
  return {
    kind: 'draft',
    title: 'Contact form',
    definition: workflow(fields, reading.access, [...insert, ...mails, answer]),
  };
}

function contactCollection({ collections }: Reading, isFeedback: boolean): string {
  const wanted = isFeedback
    ? ['feedback', 'messages']
    : ['contactMessages', 'contacts', 'messages', 'contactRequests', 'enquiries', 'inquiries'];
  for (const name of wanted) {
    const existing = existingCollection(name, collections);
    if (existing !== null) return existing;
  }
  return isFeedback ? 'feedback' : 'messages';
}

const SENDERS =
  'stripe|github|gitlab|paypal|shopify|slack|twilio|mailchimp|sendgrid|zapier|mollie|hubspot|calendly|typeform';

/** Words around webhooks that are no fields. */
const NO_FIELD =
  /webhook|^(?:stripe|github|event|events|payload|body|everything|paypal|shopify|incoming\w*|whole\w*|raw\w*|full\w*|entire\w*|data|json|it|them|post|request|requests|server|collection|database|notifications?)$|events?$|^received|payload|^(?:stripe|git|shop|pay)/i;

/** What somebody else's server sends is stored. */
export function draftWebhook(reading: Reading): Draft | DraftQuestions {
  const { text } = reading;
  const sender =
    new RegExp(`\\b(${SENDERS})\\b`, 'i').exec(text)?.[1]?.toLowerCase() ??
    /\bfrom (?:the |our |my )?([A-Z][a-z]+)\b/.exec(text)?.[1]?.toLowerCase() ??
    null;
  const collection = reading.collection ?? webhookCollection(reading, sender);
  const known = knownFields(collection, reading.collections);
  const isWhole =
    /\b(?:whole|entire|full|complete|raw|everything|all (?:of )?(?:the )?(?:data|content|fields)|payloads?|body|json|as (?:it )?is|what(?:ever)?)\b/i.test(
      text,
    );
  const all = listedFields(reading, known);
  const isListed = all.length > 1 && !/\b(?:whole|entire|full|complete|raw)\b/i.test(text);
  const listed = all.filter(
    ({ name }) =>
      (isListed && /^(?:payload|data|body)$/.test(name)) ||
      !NO_FIELD.test(name) ||
      /^event(?:Type|Id|Name)$/.test(name),
  );
  const fields = listed.filter(({ name }) => name !== sender);
  const keepsWhole =
    fields.length === 0 || (isWhole && !fields.some(({ name }) => /^(?:payload|data|body)$/.test(name)));
  applyFieldSentences(reading.sentences, known, fields);
  const data: Record<string, unknown> = {
    ...dataOf(fields),
    ...(keepsWhole ? { payload: '{{ input }}' } : {}),
  };
  if (
    /\b(?:received ?at|timestamp of|source (?:set to|is|as))\b/i.test(text) &&
    sender !== null &&
    /\bsource\b/i.test(text)
  )
    data.source = sender;
  const only =
    /\bonly (?:the |for |if (?:the )?(?:event )?(?:type |it )?(?:is |equals )?)?["'`]?([a-z]+[._][a-z._]+)["'`]?/i.exec(
      text,
    ) ??
    /\b(?:if|when|where) (?:the |its )?(?:event )?type (?:is|equals|==?) ["'`]?([\w.]+)["'`]?/i.exec(text);
  const work: Step[] = [];
  if (only)
    work.push({
      id: 'check_type',
      type: 'guard',
      value: '{{ input.type }}',
      is: 'equal',
      to: only[1]!.replace(/\.$/, ''),
      statusCode: 200,
      message: 'Events of this type are ignored',
    });
  work.push({ id: 'store_event', type: 'dbInsert', collection, data, output: 'created' });
  const mails = mailSteps(reading.mails, {
    noun: sender === null ? 'event' : `${sender} event`,
    fields,
    address: null,
  });
  if (typeof mails === 'string') return { kind: 'questions', questions: [mails] };
  work.push(...mails, respond(reading.answer, 200, { received: true }, 'created'));
  return { kind: 'draft', title: 'Webhook', definition: workflow(fields, reading.access, work) };
}

function webhookCollection({ collections, text }: Reading, sender: string | null): string {
  const subject =
    /\b(payment|order|delivery|push|invoice|shipment|subscription|message|sms)s? (?:events?|webhooks?|notifications?)\b/i
      .exec(text)?.[1]
      ?.toLowerCase();
  const wanted = [
    ...(sender === null ? [] : [`${sender}Events`, `${sender}Webhooks`]),
    ...(subject === undefined ? [] : [`${subject}Events`]),
    'webhookEvents',
    'webhooks',
    'events',
  ];
  for (const name of wanted) {
    const existing = existingCollection(name, collections);
    if (existing !== null) return existing;
  }
  return sender !== null ? `${sender}Events` : subject !== undefined ? `${subject}Events` : 'webhookEvents';
}
