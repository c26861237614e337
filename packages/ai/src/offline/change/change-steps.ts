/** @module Changes of whole steps: access, mails, answers, lists, collections, delays. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import type { PatchOperation } from '../../patch/operations.ts';
import { takeAccess } from '../access.ts';
import { readMail, takeMails } from '../mail.ts';
import { mailSteps } from '../mail-steps.ts';
import { singularOf } from '../names.ts';
import { takeOrder } from '../order.ts';
import { readSelection } from '../selection.ts';
import { fieldsOf, type Parts, partsOf } from './parts.ts';

/** Operations, a question, or `null` when the wish is about something else. */
export function changeSteps(wish: string, existing: WorkflowDefinition): PatchOperation[] | string | null {
  const parts = partsOf(existing);
  return (
    removeMail(wish, parts) ??
    delay(wish, parts) ??
    addMail(wish, parts) ??
    answer(wish, parts) ??
    access(wish, parts) ??
    collection(wish, parts) ??
    list(wish, parts)
  );
}

function removeMail(wish: string, { mails }: Parts): PatchOperation[] | string | null {
  if (
    !/\b(?:remove|drop|delete|no more|don't|do not|stop|without|skip|get rid of|no)\b.{0,30}\b(?:e-?mails?|mails?|notif\w+|confirmation|sending)\b/i.test(
      wish,
    )
  )
    return null;
  if (/\bfield\b/i.test(wish)) return null;
  if (mails.length === 0)
    return /\bsend|notif|confirm|the mail\b/i.test(wish)
      ? 'The workflow sends no mail. What should be removed?'
      : null;
  return mails.map(({ id }) => ({ op: 'remove', id }));
}

function delay(wish: string, parts: Parts): PatchOperation[] | string | null {
  const match =
    /\b(?:wait|delay|pause|sleep)\w*\b.*?(\d{1,6})(?:[ -](milliseconds?|ms|seconds?|s|minutes?|min|hours?|h))?\b/i.exec(
      wish,
    ) ?? /\b(\d{1,6})[ -](seconds?|minutes?|hours?)\b.*\b(?:delay|wait|pause)/i.exec(wish);
  if (!match) return null;
  const unit = (match[2] ?? 's').toLowerCase();
  const seconds =
    Number(match[1]) *
    (/^min/.test(unit) ? 60 : unit.startsWith('h') ? 3600 : unit.startsWith('m') ? 0.001 : 1);
  const before = /\bbefore\b.*\b(?:mail|e-?mail|sending)\b/i.test(wish) ? parts.mails[0] : parts.response;
  return [
    {
      op: 'add',
      step: { id: freeId('wait', parts), type: 'delay', seconds },
      after: previous(before?.id, parts),
    },
  ];
}

function addMail(wish: string, parts: Parts): PatchOperation[] | string | null {
  const target = /\bchange\b.*\b(?:mail|recipient|subject)\b.*\bto ["']?(\S+@[\w.-]+\w)/i.exec(wish);
  if (target && parts.mails[0]) return [{ op: 'set', id: parts.mails[0].id, field: 'to', value: target[1] }];
  const subject = /\bsubject\b.*?"([^"]+)"/i.exec(wish);
  if (subject && parts.mails[0] && !/\bsend\b/i.test(wish))
    return [{ op: 'set', id: parts.mails[0].id, field: 'subject', value: subject[1] }];
  if (
    !/\b(?:mail|e-?mail|notif|inform|alert|send|let .* know)/i.test(wish) ||
    /\bfield\b|\bunique\b|\bduplicate|\b(?:optional|required)\b/i.test(wish)
  )
    return null;
  const text = wish.replace(/^(?:add|include) (?:sending )?(?=an? |the )/i, 'send ');
  const [taken] = takeMails([text]);
  if (!taken) return null;
  const created = parts.write?.output;
  const insert = typeof created === 'string' ? created : parts.write?.type === 'dbInsert' ? 'created' : null;
  const found = parts.all.find(({ type }) => type === 'dbFind');
  const isAccount = parts.write?.type === 'dbUpdate' || parts.write === undefined;
  const steps = mailSteps([readMail(text)], {
    noun: singularOf(String(parts.write?.collection ?? found?.collection ?? 'message')),
    fields: fieldsOf(parts),
    address: isAccount && found && typeof found.output === 'string' ? `{{ ${found.output}.email }}` : null,
  });
  void insert;
  if (typeof steps === 'string') return steps;
  return steps.map((step) => ({
    op: 'add',
    step: { ...step, id: freeId(step.id, parts) },
    after: previous(parts.response?.id, parts),
  }));
}

function answer(wish: string, { response }: Parts): PatchOperation[] | string | null {
  if (!/\b(?:respond|response|return|answer|status(?: code)?|reply)\b/i.test(wish)) return null;
  const status = /\b([2-5]\d\d)\b/.exec(wish);
  const message = /"([^"]{1,300})"/.exec(wish) ?? /\bmessage\b.* '([^']{1,300})'/i.exec(wish);
  if (!status && !message) return null;
  if (!response) return 'The workflow has no response step. What should it answer?';
  return [
    ...(status
      ? [{ op: 'set' as const, id: response.id, field: 'statusCode', value: Number(status[1]) }]
      : []),
    ...(message
      ? [
          {
            op: 'set' as const,
            id: response.id,
            field: typeof response.body === 'object' && response.body !== null ? 'body.message' : 'body',
            value:
              typeof response.body === 'object' && response.body !== null
                ? message[1]
                : { message: message[1] },
          },
        ]
      : []),
  ];
}

function access(wish: string, parts: Parts): PatchOperation[] | string | null {
  const { auth, input } = parts;
  if (
    /\b(?:make|should be|is|be)\b.{0,20}\bpublic\b(?! field)|\b(?:no (?:log-?in|auth\w*|token)|without (?:log-?in|auth\w*|a token)|remove (?:the )?(?:auth\w*|log-?in|access|token|protection)\b|anyone (?:can|may)|open to everyone|unprotect)/i.test(
      wish,
    )
  )
    return auth ? [{ op: 'remove', id: auth.id }] : 'The workflow is public already. What should change?';
  const wanted = takeAccess([wish]);
  if (
    !wanted.isProtected &&
    !/\b(?:protect|secure|make it private|require (?:a )?(?:log-?in|auth|token)|add (?:an? )?(?:auth|log-?in|token)\w*(?: check)?)/i.test(
      wish,
    )
  )
    return null;
  if (auth)
    return wanted.role === null
      ? 'The workflow is protected already. Which role should be required?'
      : [{ op: 'set', id: auth.id, field: 'requiredRole', value: wanted.role }];
  return [
    {
      op: 'add',
      step: {
        id: freeId('check_access', parts),
        type: 'authMiddleware',
        ...(wanted.role === null ? {} : { requiredRole: wanted.role }),
      },
      after: input?.id ?? null,
    },
  ];
}

function collection(wish: string, { all }: Parts): PatchOperation[] | null {
  const match =
    /\b(?:collection|table)(?: name)?\b.*?\b(?:to|called|named|:|=)\s*["'`]?([A-Za-z][\w-]*)/i.exec(wish) ??
    /\b(?:use|in(?:to)?|to|rename)\b (?:the |a )?(?:collection |table )["'`]?([A-Za-z][\w-]*)/i.exec(wish) ??
    /\b(?:use|in(?:to)?|to) (?:the )?["'`]?([A-Za-z][\w-]*)["'`]? (?:collection|table)\b/i.exec(wish);
  if (!match) return null;
  return all
    .filter(({ type }) => /^db/.test(type))
    .map(({ id }) => ({ op: 'set', id, field: 'collection', value: match[1]! }));
}

function list(wish: string, parts: Parts): PatchOperation[] | string | null {
  const { list: step } = parts;
  if (!step) return null;
  const words = [wish];
  const { sort, limit } = takeOrder(words, []);
  const operations: PatchOperation[] = [];
  if (sort !== null) operations.push({ op: 'set', id: step.id, field: 'sort', value: sort });
  if (limit !== null) operations.push({ op: 'set', id: step.id, field: 'limit', value: limit });
  if (operations.length > 0) return operations;
  const selection = readSelection(
    wish
      .replace(/^(?:only|just)?\s*(?:return|show|list|include|get|give|filter)s?\b/i, (verb) =>
        /only|just/i.test(verb) ? 'only' : '',
      )
      .replace(/^only the (\w+ ones)/i, 'only $1'),
    [],
    '',
  );
  for (const [field, value] of Object.entries(selection.constants))
    operations.push({ op: 'set', id: step.id, field: `filter.${field}`, value });
  for (const field of selection.selectors) {
    operations.push({
      op: 'set',
      id: step.id,
      field: `filter.${field.name}`,
      value: `{{ input.${field.name} }}`,
    });
    if (parts.input)
      operations.push({
        op: 'append',
        id: parts.input.id,
        field: 'variables',
        value: { name: field.name, type: field.type, required: true },
      });
    const rule = { field: `input.${field.name}`, required: true, type: field.type };
    if (parts.validate) operations.push({ op: 'append', id: parts.validate.id, field: 'rules', value: rule });
    else
      operations.push({
        op: 'add',
        step: { id: freeId('validate', parts), type: 'inputValidation', rules: [rule] },
        after: parts.auth?.id ?? parts.input?.id ?? null,
      });
  }
  return operations.length > 0 ? operations : null;
}

function previous(id: string | undefined, { all }: Parts): string | null {
  const index = id === undefined ? all.length : all.findIndex((step) => step.id === id);
  return all[index - 1]?.id ?? null;
}

/** An id that no step has. */
export function freeId(wanted: string, { all }: Parts): string {
  const taken = new Set(all.map(({ id }) => id));
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}_${count}`;
  return id;
}
