/** @module Approvals: something is submitted, and somebody decides. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { roleName } from '../access.ts';
import { readThing, sameWords } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { ADDRESS } from '../mail.ts';
import { mailSteps } from '../mail-steps.ts';
import { fieldFor, knownFields, labelOf, singularOf } from '../names.ts';
import { applyFieldSentences, readFieldList } from '../read-fields.ts';
import { collectionOf, type Reading } from '../reading.ts';
import { readSelection } from '../selection.ts';
import { dataOf, fromInput, guardFound, outputName, respond, type Step, stepId, workflow } from '../steps.ts';
import { cutEnd, listedFields } from './listed.ts';
import { stripLead } from './select.ts';

const DECIDE =
  /\b(?:approv|reject|declin|decid|decision|accept)\w*(?:(?: ?\/ ?| or | and |, )(?:to )?(?:approv|reject|declin|accept|den)\w*)?(?: on| about)?\b/i;
const NOUN_BEFORE =
  /\b(?:for|of|about) (?:an? |the |all |new )*([a-z]+(?: [a-z]+)?)(?: (?:approvals?|decisions?|workflow))?(?=$|[,.:;(]| with\b| by\b)/i;

/** Something is stored as pending. */
export function draftSubmission(reading: Reading): Draft | DraftQuestions {
  const core = withoutApproval(reading.sentences.join('. '));
  const match =
    /\b(?:submit\w*|request(?:s|ing)?|appl(?:y|ies) for|ask(?:s|ing)? for|hand(?:s)? in|fil(?:e|es|ing)|send(?:s)? in|creat\w*|post\w*|add\w*|enter\w*|record\w*|stor\w*|sav\w*) (?=(?:an?|the|their|new|his|my|some|one)? ?\w)/i.exec(
      core,
    );
  const thing = match ? readThing(core.slice(match.index + match[0].length).split('. ')[0]!) : null;
  let noun = (thing?.noun ?? '').replace(/ (?:for )?(?:approval|review)$/i, '');
  const before =
    /^([a-z]+(?: [a-z]+){0,2}?) (?:needs?|requires?|must|should|have to|has to|go(?:es)? through|wants?) (?:to )?(?:go through |have |get |be )?(?:an? )?(?:\w+ )?approv/i.exec(
      reading.sentences[0] ?? '',
    );
  if (before && !/^(?:an?|it|this)$/i.test(before[1]!))
    noun = before[1]!.replace(/^(?:an?|the|all|every|new) /i, '');
  if (noun === '' || /^(?:approval|something|it|one)$/i.test(noun))
    noun = NOUN_BEFORE.exec(core)?.[1] ?? /\b([a-z]+) approval\b/i.exec(core)?.[1] ?? '';
  if (
    match &&
    /^(?:request|appl|ask)/i.test(match[0]) &&
    /^(?:leave|vacation|holidays?|time off|days off)$/i.test(noun)
  )
    noun = 'leave request';
  if (noun === '' || /^(?:a|an|the|workflow)$/i.test(noun))
    return { kind: 'questions', questions: ['What is submitted for approval, and with which fields?'] };
  const collection = collectionOf(reading, noun);
  const known = knownFields(collection, reading.collections);
  let fields: Field[] = thing
    ? readFieldList(
        cutEnd(
          stripLead(
            thing.tail.replace(
              /^for (?:approval|review|a decision|their manager\S*|manager approval)\b/i,
              '',
            ),
          ),
        ),
        known,
      )
    : [];
  const listed = listedFields({ ...reading, sentences: reading.sentences.map(withoutApproval) }, known);
  if (listed.length > fields.length) fields = listed;
  fields = fields.filter(
    ({ name }) =>
      !/approv|^(?:status|boss|manager|review|pending|stored|it|id)$|^(?:pendingStatus|statusPending)/i.test(
        name,
      ),
  );
  if (fields.length === 0)
    fields = known.filter((name) => !/^(?:_id|__v|createdAt|updatedAt|status)$/.test(name)).map(fieldNamed);
  if (fields.length === 0)
    return { kind: 'questions', questions: [`Which fields does the ${labelOf(noun).toLowerCase()} have?`] };
  applyFieldSentences(reading.sentences, known, fields);
  const status = fields.find(({ name }) => name === 'status');
  if (!status || status.constant === undefined) {
    fields = [
      ...fields.filter((field) => field !== status),
      { ...fieldNamed('status'), constant: 'pending' },
    ];
  }
  // "admins approve it later" says who decides, not who submits.
  const isDecider =
    /\b(?:admins?|managers?|supervisors?|editors?|moderators?) (?:can |must |will |should |have to |may )?(?:later |then )?(?:approv|review|decid|accept|reject)/i.test(
      reading.text,
    );
  const access = isDecider ? { isProtected: false, role: null, isOwn: false } : reading.access;
  if (access.isProtected) fields.push({ ...fieldNamed('userId'), constant: '{{ currentUser.userId }}' });
  const output = outputName('created', fields);
  const wishes = [...reading.mails];
  const address = ADDRESS.exec(reading.text)?.[0];
  if (wishes.length === 0 && address !== undefined)
    wishes.push({ text: '', address, toPerson: false, subject: null, body: null, kind: 'notification' });
  const mails = mailSteps(wishes, { noun: singularOf(noun), fields, address: null });
  if (typeof mails === 'string') return { kind: 'questions', questions: [mails] };
  const shown = fields.map(({ name }) => [name, `{{ ${output}.${name} }}`]);
  const work: Step[] = [
    { id: stepId('submit', singularOf(noun)), type: 'dbInsert', collection, data: dataOf(fields), output },
    ...mails,
    respond(reading.answer, 201, { id: `{{ ${output}._id }}`, ...Object.fromEntries(shown) }, output),
  ];
  return {
    kind: 'draft',
    title: `Submit ${labelOf(noun).toLowerCase()}`,
    definition: workflow(fields, access, work),
  };
}

/** That something waits for an approval is no part of what is stored. */
function withoutApproval(text: string): string {
  return text
    .replace(
      /,? ?\b(?:and )?(?:for|needs?|awaiting|that needs?|which needs?|requires?|that requires?|to get|waiting for|wait for|(?:it )?(?:has|have) to be|must be|(?:can|may|will) be) (?:(?:an?|the|their|his|her|my|your|manager'?s?|boss'?s?|supervisor'?s?|admin|later|be) )*(?:approv(?:al|ed)|review(?:ed)?|decision|sign-?off)\b(?: (?:or rejected )?(?:by|later|afterwards)(?: (?:an? |the |their )?\w+)?)?/gi,
      ' ',
    )
    .replace(/\s+/g, ' ')
    .trim();
}

/** Somebody approves or rejects what was submitted. */
export function draftDecision(reading: Reading): Draft | DraftQuestions {
  const core = reading.sentences.join('. ');
  const match = DECIDE.exec(core)!;
  const matched = match ?? { index: 0, 0: '' };
  const thing = readThing(core.slice(matched.index + matched[0].length));
  let noun = thing.owner !== '' ? thing.owner : thing.noun;
  if (noun === '' || /^(?:it|them|workflow|endpoint|decision)$/i.test(noun))
    noun = (
      NOUN_BEFORE.exec(core)?.[1] ??
      reading.route?.path.find((part) => !/approve|reject|decision/.test(part)) ??
      reading.collection ??
      /\b([a-z]+(?: request)?) (?:approvals?|decisions?)\b/i.exec(core)?.[1] ??
      ''
    ).replace(/[-_]/g, ' ');
  if (noun === '')
    noun =
      /\b(?:review|handle|process|decide on|check|look at)s? (?:an? |the |each |every )?([a-z]+(?: [a-z]+)?)(?=$|[,.:;(]| by\b| and\b)/i.exec(
        core,
      )?.[1] ?? '';
  if (noun === '')
    return { kind: 'questions', questions: ['What is approved or rejected, and where is it stored?'] };
  const collection = collectionOf(reading, noun.replace(/^(?:pending|submitted|open) /i, ''));
  noun = noun.replace(/^(?:pending|submitted|open) /i, '');
  const known = knownFields(collection, reading.collections);
  const selection = readSelection(thing.tail, known, singularOf(noun));
  const whole = reading.text;
  const isBoth =
    (/\b(?:approv|accept)\w*\b/i.test(whole) && /\b(?:reject|declin|den)\w*\b/i.test(whole)) ||
    /\bdeci(?:d|s)/i.test(whole);
  const isRejection = /\breject|\bdeclin/i.test(whole);
  const decisionName =
    /\b(?:new )?status\b (?:is |must be |being |of )?(?:either |one of )?\(?["'`]?approved/i.test(whole)
      ? 'status'
      : 'decision';
  const literal =
    /["'`]approve["'`]|\b(?:approve|accept)\s*(?:\/|\||or)\s*(?:reject|decline)\b(?=[)"'`]| as| being)|\bdecision\b[^.]{0,20}\bapprove (?:or|\/) reject\b/i.test(
      whole,
    ) && !/\bapproved\b/i.test(whole);
  const selectors = selection.selectors.filter(
    ({ name }) => !/decision|approv|status|reject|comment|reason|note/i.test(name),
  );
  const fields: Field[] = selectors.length > 0 ? [...selectors] : [fieldNamed('id')];
  const extras = [
    ...selection.selectors.filter(({ name }) => /comment|reason|note/i.test(name)),
    ...readFieldList(stripLead(cutEnd(selection.rest)), known),
    ...listedFields(reading, known),
  ].filter(
    ({ name }, index, all) =>
      /^(?:comment|reason|note|notes|remark|remarks|explanation|rejectionReason|reviewer|approver|approvedBy|comments)$/i.test(
        name,
      ) && all.findIndex((one) => one.name === name) === index,
  );
  const made = BECOMES.exec(whole)?.[1];
  const statusValue: unknown = isBoth
    ? fromInput(decisionName)
    : (made ?? (isRejection ? 'rejected' : 'approved'));
  if (isBoth)
    fields.push({
      ...fieldNamed(decisionName),
      type: 'string',
      enum: literal ? ['approve', 'reject'] : ['approved', 'rejected'],
    });
  const optional = extras.map((field) => ({
    ...field,
    required: /\b(?:must|required|mandatory|with a)\b/i.test(whole) && !/optional/i.test(whole) && !isBoth,
  }));
  fields.push(...optional);
  const access = { ...reading.access };
  const role =
    /\b(manager|admin(?:istrator)?|supervisor|editor|moderator|hr)s?\b(?! ?@)(?! (?:e-?mail|address))/i.exec(
      core,
    );
  if (role && access.role === null) {
    access.isProtected = true;
    access.role = roleName(role[1]!);
  }
  const filter = Object.fromEntries(
    (selectors.length > 0 ? selectors : [fieldNamed('id')]).map(({ name }) => [
      name === 'id' ? '_id' : name,
      fromInput(name),
    ]),
  );
  const found = outputName('existing', fields);
  const output = outputName('updated', fields);
  const address = known.find((name) => /email$/i.test(name)) ?? fieldFor('email', known);
  const mails = mailSteps(
    reading.mails.map((mail) => ({
      ...mail,
      subject:
        mail.subject ??
        `Your ${labelOf(singularOf(noun)).toLowerCase()} was ${isBoth ? 'decided' : String(statusValue)}`,
      body: mail.body ?? `Your ${labelOf(singularOf(noun)).toLowerCase()}: {{ ${output}.status }}`,
    })),
    { noun: singularOf(noun), fields: [], address: `{{ ${found}.${address} }}` },
  );
  if (typeof mails === 'string') return { kind: 'questions', questions: [mails] };
  const filled = mails.map((step) => ({
    ...step,
    body: `Your ${labelOf(singularOf(noun)).toLowerCase()}: {{ ${output}.status }}`,
  }));
  // "answer with the article" means all of it.
  const isWhole = reading.answer.fields.every((name) => sameWords(name, singularOf(noun)));
  const answer = isWhole ? { ...reading.answer, fields: [] } : reading.answer;
  const work: Step[] = [
    { id: stepId('find', singularOf(noun)), type: 'dbFind', collection, filter, output: found },
    guardFound('check_found', `{{ ${found} }}`, singularOf(noun)),
    ...stateGuard(reading, found, singularOf(noun)),
    {
      id: 'store_decision',
      type: 'dbUpdate',
      collection,
      filter,
      data: { status: statusValue, ...dataOf(optional) },
      output,
    },
    ...filled,
    respond(answer, 200, `{{ ${output} }}`, output),
  ];
  return {
    kind: 'draft',
    title: `Decide on ${labelOf(singularOf(noun)).toLowerCase()}`,
    definition: workflow(fields, access, work),
  };
}

const BECOMES =
  /\bstatus(?: in \w+| of (?:the |that )?\w+)? (?:becomes|turns(?: into| to)?|changes to|is (?:then )?(?:set|changed) to|gets|to|=) ?["'`]?([a-z][\w-]*)["'`]?/i;
const STATES = [
  /\bonly\b[^.;]{0,40}?\b(?:status|state) (?:is |of |= ?|equals )*["'`]?([a-z][\w-]*)["'`]?/i,
  /\bonly (?:the |an? )?["'`]?(pending|submitted|open|requested|waiting|new|draft)["'`]? (?:\w+ ){1,2}(?:can|may|are|is)\b/i,
  /\b(?:if|when|unless) (?:it|the \w+(?: \w+)?|its status|the status)(?: is|'s) (?:not |no longer |not \(?still\)? )?(?:still )?["'`]?(pending|submitted|requested|waiting)["'`]?/i,
];

/** Ends the run when the document is in another state than the one that may be decided on. */
function stateGuard({ text, answer }: Reading, found: string, noun: string): Step[] {
  const state = STATES.map((pattern) => pattern.exec(text)?.[1]).find((one) => one !== undefined);
  if (state === undefined) return [];
  const refusal = answer.refusals.find(({ status }) => ![401, 403, 404].includes(status));
  return [
    {
      id: 'check_state',
      type: 'guard',
      value: `{{ ${found}.status }}`,
      is: 'equal',
      to: state,
      statusCode: refusal?.status ?? 409,
      message: refusal?.message ?? `The ${labelOf(noun).toLowerCase()} is not ${state}`,
    },
  ];
}
