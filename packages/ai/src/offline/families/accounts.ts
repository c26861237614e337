/** @module Sign-up and log-in. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { type Field, fieldNamed } from '../field.ts';
import { mailSteps } from '../mail-steps.ts';
import { knownFields } from '../names.ts';
import { applyFieldSentences } from '../read-fields.ts';
import { collectionOf, type Reading } from '../reading.ts';
import { dataOf, fromInput, outputName, respond, type Step, workflow } from '../steps.ts';
import { listedFields } from './listed.ts';

/** An account is made, once per address. */
export function draftSignUp(reading: Reading): Draft | DraftQuestions {
  const collection = reading.collection ?? collectionOf(reading, 'user');
  const known = knownFields(collection, reading.collections);
  const listed = listedFields(reading, known).filter(
    ({ name }) => !/^(?:account|user|users|newUser|id)$/i.test(name),
  );
  const fields: Field[] =
    listed.length > 0 ? listed : [fieldNamed('name'), fieldNamed('email'), fieldNamed('password')];
  if (!fields.some(({ name }) => name === 'email' || name === 'username'))
    fields.unshift(fieldNamed('email'));
  if (!fields.some(({ name }) => name === 'password')) fields.push(fieldNamed('password'));
  applyFieldSentences(reading.sentences, known, fields);
  const keys = [
    ...new Set([
      ...(fields.some(({ name }) => name === 'email') ? ['email'] : ['username']),
      ...reading.unique.filter((name) => fields.some((field) => field.name === name)),
      ...fields.filter(({ unique }) => unique).map(({ name }) => name),
    ]),
  ];
  const repeated = fields.find(({ name }) =>
    /^(?:confirm|repeat(?:ed)?)Password$|^password(?:Confirm(?:ation)?|Repeat|Again)$/i.test(name),
  );
  const stored = fields.filter((field) => field !== repeated);
  const output = outputName('created', fields);
  const work: Step[] = [];
  if (repeated)
    work.push({
      id: 'check_password',
      type: 'guard',
      value: fromInput(repeated.name),
      is: 'equal',
      to: fromInput('password'),
      statusCode: 400,
      message: 'The passwords differ',
    });
  for (const key of keys) work.push(...uniqueSteps(collection, key, keys.length, 'user'));
  work.push({ id: 'create_user', type: 'dbInsert', collection, data: dataOf(stored), output });
  const mails = mailSteps(reading.mails, { noun: 'registration', fields, address: null });
  if (typeof mails === 'string') return { kind: 'questions', questions: [mails] };
  work.push(...mails);
  const shown = stored
    .filter(({ name }) => !/password/i.test(name))
    .map(({ name }) => [name, `{{ ${output}.${name} }}`]);
  const body: Record<string, unknown> = { id: `{{ ${output}._id }}`, ...Object.fromEntries(shown) };
  const wantsToken =
    reading.answer.token ||
    /\b(?:jwt|token)\b|\blog(?:s|ged)? (?:them|him|the user|user) in\b/i.test(reading.text);
  if (wantsToken) {
    work.push({
      id: 'create_token',
      type: 'jwtGenerate',
      payload: { userId: `{{ ${output}._id }}`, email: `{{ ${output}.email }}` },
      ...expiry(reading.text),
      output: 'token',
    });
    work.push(respond({ ...reading.answer, fields: [] }, 201, { token: '{{ token }}', user: body }, null));
  } else work.push(respond(reading.answer, 201, body, output));
  return { kind: 'draft', title: 'Sign up', definition: workflow(fields, reading.access, work) };
}

/** Looks for a document with the same value, and ends the run when there is one. */
export function uniqueSteps(collection: string, field: string, count: number, noun: string): Step[] {
  const suffix = count > 1 ? `_${field.toLowerCase()}` : '';
  const output = count > 1 ? `existingBy${field.charAt(0).toUpperCase()}${field.slice(1)}` : 'existing';
  return [
    {
      id: `find_${noun === 'user' ? 'user' : 'existing'}${suffix}`,
      type: 'dbFind',
      collection,
      filter: { [field]: fromInput(field) },
      output,
    },
    {
      id: `check_taken${suffix}`,
      type: 'guard',
      value: `{{ ${output} }}`,
      is: 'absent',
      statusCode: 409,
      message: `This ${field} is already ${noun === 'user' ? 'registered' : 'used'}`,
    },
  ];
}

/** A token for whoever knows the password. */
export function draftLogIn(reading: Reading): Draft {
  const known = knownFields('users', reading.collections);
  const byName =
    /\busername\b|\buser name\b/i.test(reading.text) && !/\be-?mail\b/i.test(reading.sentences.join(' '));
  const key = byName ? 'username' : 'email';
  const fields = [fieldNamed(key), fieldNamed('password')];
  applyFieldSentences(reading.sentences, known, fields);
  const kept = fields.slice(0, 2).map((field) => ({ ...field, required: true }));
  const wantsRole = /\brole\b/i.test(reading.text) || known.includes('role');
  const work: Step[] = [];
  if (byName)
    work.push({
      id: 'find_account',
      type: 'dbFind',
      collection: 'users',
      filter: { username: fromInput('username') },
      output: 'account',
    });
  work.push(
    {
      id: 'log_in',
      type: 'userLogin',
      email: byName ? '{{ account.email }}' : fromInput('email'),
      password: fromInput('password'),
      output: 'loginResult',
    },
    {
      id: 'check_login',
      type: 'guard',
      value: '{{ loginResult.ok }}',
      is: 'true',
      statusCode: 401,
      message: 'Invalid email or password',
    },
  );
  if (wantsRole && !byName)
    work.push({
      id: 'find_account',
      type: 'dbFind',
      collection: 'users',
      filter: { email: fromInput('email') },
      projection: { password: 0 },
      output: 'account',
    });
  const role = wantsRole || byName ? { role: '{{ account.role }}' } : {};
  if (isCheckOnly(reading)) {
    const chosen = reading.answer.fields.filter((name) => /^(?:name|email|id|userId)$/.test(name));
    const shown = (chosen.length > 0 ? chosen : namedIn(reading.text)).map((name) => [
      name,
      `{{ loginResult.${name === 'id' ? 'userId' : name} }}`,
    ]);
    const body = shown.length > 0 ? Object.fromEntries(shown) : { ok: true };
    work.push(respond({ ...reading.answer, fields: [] }, 200, body, null));
    return { kind: 'draft', title: 'Check credentials', definition: workflow(kept, OPEN, work) };
  }
  work.push({
    id: 'create_token',
    type: 'jwtGenerate',
    payload: {
      userId: '{{ loginResult.userId }}',
      email: '{{ loginResult.email }}',
      ...(wantsRole ? role : {}),
    },
    ...expiry(reading.text),
    output: 'token',
  });
  // "They send email and password" asks for no mail.
  const sent = reading.mails.filter(({ text }) => !/\bpassword\b/i.test(text));
  const mails = mailSteps(sent, { noun: 'login', fields: kept, address: '{{ loginResult.email }}' });
  if (typeof mails !== 'string') work.push(...mails);
  const user = {
    id: '{{ loginResult.userId }}',
    email: '{{ loginResult.email }}',
    name: '{{ loginResult.name }}',
  };
  work.push(
    respond({ ...reading.answer, fields: [], message: null }, 200, { token: '{{ token }}', user }, null),
  );
  return {
    kind: 'draft',
    title: 'Log in',
    definition: workflow(kept, OPEN, work),
  };
}

/** Whoever logs in has no token yet. */
const OPEN = { isProtected: false, role: null, isOwn: false };

/** Whether only the password is to be checked, and nobody asks for a token or a log-in. */
function isCheckOnly({ text }: Reading): boolean {
  return (
    /\b(?:no|without (?:an? )?|not (?:an? )?) ?(?:token|jwt)\b/i.test(text) ||
    (/\b(?:check|verif|validat|compar|confirm)\w*/i.test(text) &&
      /\b(?:tell|say|return|answer|respond|reply|give|show)\w*\b[^.]{0,40}\b(?:name|whether|if|true|ok|yes)\b/i.test(
        text,
      ) &&
      !/\b(?:token|jwt|log(?:s|ging)?[ -]?in|sign(?:s|ing)?[ -]?in|session|authenticat\w+)\b/i.test(text))
  );
}

/** What of the user is told: `the user's name`. */
function namedIn(text: string): string[] {
  const told = /\b(?:tell|return|answer|respond|reply|give|show|say)\w*\b([^.]{0,60})/i.exec(text)?.[1] ?? '';
  return ['name', 'email', 'id'].filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(told));
}

function expiry(text: string): { expiresIn?: string } {
  const match =
    /\b(?:valid|expir\w*|lasts?|good|lives?)\b[^.\d]{0,20}(\d{1,4}|an?|one) ?-?(minute|min|hour|h|day|d|week|w|month|m)s?\b/i.exec(
      text,
    ) ?? /\b(\d{1,4})[- ](minute|hour|day|week)s? (?:jwt|token)/i.exec(text);
  if (!match) return {};
  const count = /^\d/.test(match[1]!) ? Number(match[1]) : 1;
  const unit = match[2]!.charAt(0).toLowerCase();
  return { expiresIn: match[2]!.toLowerCase() === 'month' ? `${count * 30}d` : `${count}${unit}` };
}
