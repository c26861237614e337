/** @module The caller's own account. */
import type { Draft } from '../../drafting/drafter.ts';
import { knownFields } from '../names.ts';
import { readFieldList } from '../read-fields.ts';
import type { Reading } from '../reading.ts';
import { guardFound, respond, type Step, workflow } from '../steps.ts';

const CALLER =
  '(?:the |an? )?(?:(?:currently )?(?:logged|signed)[- ]?in|current|authenticated|calling) (?:user|customer|member|person|caller|account)';
const SELF = [
  /\bwho[- ]?am[- ]?i\b/i,
  /["'`/]me\b["'`]?/i,
  /\b(?:my|their|his|her|his or her|the user's|your|the caller's) (?:own )?(?:profile|account|user data|account data|user record)\b/i,
  new RegExp(
    `\\b(?:profile|account|details|data|names?|e-?mail(?: address)?|information|record|role) (?:of|for) ${CALLER}\\b`,
    'i',
  ),
  new RegExp(`${CALLER}(?:'s)? (?:own )?(?:profile|account|details|data|name|e-?mail|information)\\b`, 'i'),
];
const OWNED = new RegExp(`${CALLER}'s? ((?:\\w+(?:, (?:and )?| and | & )?){1,6})`, 'i');
const SHOWN = new RegExp(`\\b((?:\\w+(?:, (?:and )?| and | & )?){1,6}) (?:of|for) ${CALLER}\\b`, 'i');

/** Whether a request that reads means the account of whoever calls. */
export function isSelf({ text, collection }: Reading): boolean {
  return (collection === null || collection === 'users') && SELF.some((pattern) => pattern.test(text));
}

/** Finds the caller by the address in the token; the password stays where it is. */
export function draftSelf(reading: Reading): Draft {
  const known = knownFields('users', reading.collections);
  const said = (SHOWN.exec(reading.text)?.[1] ?? OWNED.exec(reading.text)?.[1] ?? '').replace(
    /^.*\b(?:returns?|shows?|gets?|gives?|sends?|answers?|responds?(?: with)?|tells?) (?:the |me )*/i,
    '',
  );
  const listed = readFieldList(said, known)
    .map(({ name }) => name)
    .filter((name) => !/password|profile|account|details|record|user/i.test(name) || known.includes(name));
  const chosen = reading.answer.fields.length > 0 ? reading.answer.fields : listed;
  const fields = chosen.filter((name) => !/password/i.test(name));
  const work: Step[] = [
    {
      id: 'find_account',
      type: 'dbFind',
      collection: 'users',
      filter: { email: '{{ currentUser.email }}' },
      projection: { password: 0 },
      output: 'account',
    },
    guardFound('check_found', '{{ account }}', 'user'),
    respond({ ...reading.answer, fields }, 200, '{{ account }}', 'account'),
  ];
  const access = { ...reading.access, isProtected: true };
  return { kind: 'draft', title: 'Who am I', definition: workflow([], access, work) };
}
