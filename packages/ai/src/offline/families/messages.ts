/** @module Contact forms, and webhooks that are stored. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { type Field, fieldNamed } from '../field.ts';
import { ADDRESS } from '../mail.ts';
import { mailSteps } from '../mail-steps.ts';
import { existingCollection, knownFields, singularOf } from '../names.ts';
import { applyFieldSentences } from '../read-fields.ts';
import { collectionOf, type Reading } from '../reading.ts';
import { dataOf, fromInput, guardFound, respond, type Step, stepId, workflow } from '../steps.ts';
import { listedFields } from './listed.ts';

/** What a visitor writes is stored and mailed. */
export function draftContact(reading: Reading): Draft | DraftQuestions {
  const isCallback = /\bcall[- ]?back\b/i.test(reading.text);
  const isFeedback = /\bfeedback\b/i.test(reading.text) && !/\bcontact\b/i.test(reading.text);
  const collection =
    reading.collection ?? (isCallback ? 'callbacks' : contactCollection(reading, isFeedback));
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
    noun: isCallback ? 'callback request' : isFeedback ? 'feedback' : 'contact message',
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
  /webhook|^(?:stripe|github|events|payload|body|everything|paypal|shopify|incoming\w*|whole\w*|raw\w*|full\w*|entire\w*|data|json|it|them|post|request|requests|server|collection|database|notifications?)$|events$|^received|payload|^(?:stripe|git|shop|pay)/i;
/** The same among fields that were listed one by one: there, `paymentId` is one. */
const NEVER_FIELD =
  /webhook|^(?:events|everything|incoming\w*|whole\w*|raw\w*|full\w*|entire\w*|json|it|them|post|requests?|server|collection|database)$|^received(?!At$)/i;

/** `from our payment provider` names who sends, and no field. */
const FROM_SENDER =
  /\bfrom (?:(?:the|our|my|an?|your|its|their) )?[\w'-]+(?: [\w'-]+){0,2}?(?=[:,;.()]|$| (?:that|which|it|they|with|and|sends?|posts?|into|to|in)\b)/i;

/** What somebody else's server sends is stored, or changes what is there. */
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
  const sentences = reading.sentences.map((sentence) =>
    sentence
      .replace(FROM_SENDER, ' ')
      .replace(/: ?(?:it )?(?:receives?|sends?|posts?|gets?|contains?) /i, ': '),
  );
  const all = listedFields({ ...reading, sentences }, known);
  const isListed =
    all.filter(({ name }) => !NEVER_FIELD.test(name)).length > 1 &&
    !/\b(?:whole|entire|full|complete|raw)\b/i.test(text);
  const listed = all.filter(
    ({ name }) =>
      !(isListed ? NEVER_FIELD : NO_FIELD).test(name) &&
      (isListed || !/^event$/i.test(name) || /\ban? event\b(?!s)/i.test(text) === false),
  );
  const fields = listed.filter(({ name }) => name !== sender);
  const keepsWhole =
    fields.length === 0 ||
    (isWhole && !isListed && !fields.some(({ name }) => /^(?:payload|data|body)$/.test(name)));
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
  const change = changeOf(reading, fields);
  if (change !== null) return draftWebhookChange(reading, fields, change);
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

/** What a webhook changes, in which document. */
interface WebhookChange {
  noun: string;
  key: Field;
  data: Record<string, unknown>;
}

const THAT = '(?:(?:the|that|this|its|an?|our|matching|corresponding|existing|right|related|stored) )+';
const CHANGES = [
  `\\b(?:the |its |new )*(\\w+) of ${THAT}(\\w+)\\b[^.;]{0,40}?\\b(?:is|are|gets?|be|becomes?) (?:then )?(?:updated|set|changed|overwritten|replaced)`,
  `\\b(?:update|set|change|overwrite|adjust)(?:s|ing)? (?:the |its |new )*(\\w+) (?:of|on|in|for) ${THAT}(\\w+)`,
  `\\b(?:update|find|look up|change)(?:s|ing)? ${THAT}(?!status|state)(\\w+)(?=$|[,.;]| (?:by|with|and|in|to|accordingly)\\b)`,
].map((source) => new RegExp(source, 'i'));
const MARKED = new RegExp(
  `\\b(?:mark|set|flag)(?:s|ing)? ${THAT}(\\w+) (?:as |to )(?:status )?["'\`]?([\\w-]+)`,
  'i',
);

/** The change that is asked for; `null` when what comes is only stored. */
function changeOf({ text }: Reading, fields: readonly Field[]): WebhookChange | null {
  const sent = fields.filter(({ constant }) => constant === undefined);
  const marked = MARKED.exec(text);
  const match = CHANGES.map((pattern) => pattern.exec(text)).find((one) => one !== null) ?? null;
  const noun = marked?.[1] ?? match?.[2] ?? match?.[1];
  if (noun === undefined) return null;
  const named = match?.[2] === undefined ? undefined : match[1]!.toLowerCase();
  const isKey = ({ name }: Field): boolean =>
    name.toLowerCase() !== named && /(?:id|number|reference|ref|code|sku|email|key|no)$/i.test(name);
  const key =
    sent.find(
      (field) => isKey(field) && field.name.toLowerCase().startsWith(singularOf(noun).toLowerCase()),
    ) ??
    sent.find(isKey) ??
    sent.find(({ name }) => name.toLowerCase() !== named);
  if (key === undefined) return null;
  const changed = sent.filter(
    (field) => field !== key && (named === undefined || field.name.toLowerCase() === named),
  );
  const data = { ...dataOf(changed), ...(marked ? { status: marked[2]! } : {}) };
  return Object.keys(data).length === 0 ? null : { noun, key, data };
}

/** The document is found and changed; an unknown one is answered with 404. */
function draftWebhookChange(
  reading: Reading,
  fields: readonly Field[],
  { noun, key, data }: WebhookChange,
): Draft | DraftQuestions {
  const collection = collectionOf(reading, singularOf(noun));
  const known = knownFields(collection, reading.collections);
  const isId = key.name === 'id' || (key.name === `${singularOf(noun)}Id` && !known.includes(key.name));
  const filter = { [isId ? '_id' : key.name]: fromInput(key.name) };
  const mails = mailSteps(reading.mails, { noun: singularOf(noun), fields, address: '{{ existing.email }}' });
  if (typeof mails === 'string') return { kind: 'questions', questions: [mails] };
  const work: Step[] = [
    { id: stepId('find', singularOf(noun)), type: 'dbFind', collection, filter, output: 'existing' },
    guardFound('check_found', '{{ existing }}', singularOf(noun)),
    { id: stepId('update', singularOf(noun)), type: 'dbUpdate', collection, filter, data, output: 'updated' },
    ...mails,
    respond(reading.answer, 200, { received: true }, 'updated'),
  ];
  return { kind: 'draft', title: 'Webhook', definition: workflow(fields, reading.access, work) };
}
