/** @module Changes of the answer: its status, its message, and what of a document it shows. */
import { isPlainObject } from '@orchestrix/engine';
import type { PatchOperation } from '../../patch/operations.ts';
import { fieldFor } from '../names.ts';
import { readFieldList } from '../read-fields.ts';
import {
  before,
  freeId,
  freeOutput,
  type Outcome,
  outputOf,
  type Part,
  type Parts,
  setField,
  variablesOf,
} from './parts.ts';

const ANSWERS =
  /\b(?:respon[ds]\w*|response|returns?|answers?|status(?: ?code)?|repl(?:y|ies)|output|result|gives? back|sends? back)\b/i;
const HIDES =
  /^(?:(?:don't|do not|never|no longer|stop|it should not|should not|shouldn't) (?:show(?:ing)?|return(?:ing)?|include|including|send(?:ing)?(?: back)?|expose|exposing|give(?: back)?|output|reveal|answer with|list|display(?:ing)?)|hide|conceal|omit|mask) (?:the |their |its |his |her )?(.+?)(?: (?:any ?more|again|in|from|of) ?.*)?$|^(?:leave|take|remove|drop|strip|exclude) (?:out )?(?:the |their |its )?(.+?) (?:out of|from|in) (?:the |its |every )?(?:answer|response|reply|result|output|list|returned \w+)s?$|^(?:return|answer with|show|respond with) (?:everything|all(?: fields)?|it|the \w+) (?:but|except|without)(?: for)? (?:the |its )?(.+)$|^without (?:the |their |its )([\w ]+)$/i;
const SHOWS_ONLY =
  /^(?:(?:only|just) )?(?:return|show|answer(?: with)?|respond(?: with)?|reply(?: with)?|give back|send back|include|output|list|give)(?: me| back| us)? (?:only |just )?(?:the |its |their )?(.+?)(?: only| of (?:the|each|every) [\w ]+| (?:in|from) the (?:answer|response)| and nothing else)*$/i;
const SHOWS_MORE =
  /^(?:also )?(?:return|show|include|add|put|give(?: back)?|send back|answer with|respond with|mention)(?: also| too)? (?:the |its |their |an? )?(.+?)(?:,? (?:in(?:to)?|to|with|from) (?:the |its )?(?:answer|response|reply|result|output)s?(?: body)?)?(?:,? (?:too|as well|also))?$/i;

/** Whatever is said about the answer. */
export function changeAnswer(sentence: string, parts: Parts): Outcome {
  const wish = asCommand(sentence);
  return (
    hideFields(wish, parts) ??
    changeStatus(wish, parts) ??
    changeMessage(wish, parts) ??
    showDocument(wish, parts) ??
    showFields(wish, parts)
  );
}

/** `The answer should only contain the id` → `return only the id`. */
function asCommand(sentence: string): string {
  return sentence
    .replace(
      /^(?:the |its )?(?:answer|response|reply|result|output) (?:should|must|shall|has to|needs to) not (?:contain|include|have|show) /i,
      "don't return ",
    )
    .replace(
      /^(?:the |its )?(?:answer|response|reply|result|output) (?:should|must|shall|has to|needs to) ((?:also |only |just )*)(?:contain|include|have|show|be|list|say) /i,
      'return $1',
    );
}

function changeStatus(wish: string, parts: Parts): Outcome {
  const { response, all } = parts;
  const [, old, other] = /\binstead of (?:a |an )?(4\d\d)\b.*?\b(4\d\d)\b/i.exec(wish) ?? [];
  const [, newer, older] = /\b(4\d\d) instead of (?:a |an )?(4\d\d)\b/i.exec(wish) ?? [];
  const guards = all.filter(
    ({ type, statusCode }) => type === 'guard' && statusCode === Number(old ?? older),
  );
  if (guards.length > 0)
    return guards.flatMap((guard) => setField(guard, 'statusCode', Number(other ?? newer)));
  const outside = wish
    .replace(/"[^"]*"/g, ' ')
    .replace(/\b(?:instead of|rather than|not) (?:an? )?(?:status )?[1-5]\d\d\b/gi, ' ');
  const status =
    /(?:^|[^\w.@-])([2-5]\d\d)\b(?! (?:characters|chars|letters|items|results|entries|documents|words|days|minutes|seconds|hours|euros?|dollars?))/.exec(
      outside,
    );
  if (
    !status ||
    !(
      ANSWERS.test(outside) ||
      /^(?:make|use|set|with|code|http)\b|\b(?:created|accepted|ok)\b|^\d{3}$|\binstead\b/i.test(
        outside.trim(),
      ) ||
      /^\W*[2-5]\d\d\W*$/.test(outside)
    )
  )
    return null;
  if (/\b(?:min\w*|max\w*|at (?:least|most)|limit|between|up to|length|default)\b/i.test(outside))
    return null;
  if (!response) return 'The workflow has no response step. What should it answer?';
  const code = Number(status[1]);
  if (code >= 400)
    return /\b(?:if|when|unless|for|on)\b/i.test(outside) ? null : `When should it answer ${code}?`;
  if (
    /\b(?:if|when|unless)\b(?! (?:it|everything|all|the \w+) (?:is|was|went|has been|works?|succeed\w*|worked|are) ?(?:fine|well|ok|successful\w*|stored|saved|created|done|deleted|updated)?)/i.test(
      outside,
    )
  )
    return null;
  const document =
    /\b(?:and|with) (the (?:updated|changed|new|created|stored|saved|whole|full|deleted)\b.*)$/i.exec(
      wish,
    )?.[1];
  const shown = document === undefined ? null : showDocument(`return ${document}`, parts);
  const message = /"([^"]{1,300})"/.exec(wish)?.[1];
  return [
    ...setField(response, 'statusCode', code),
    ...(Array.isArray(shown) ? shown : []),
    ...(message === undefined ? [] : putMessage(response, message)),
  ];
}

function changeMessage(wish: string, { response }: Parts): Outcome {
  const quoted = /"([^"]{1,300})"/.exec(wish) ?? /(?:^|\s)'([^']{2,300})'(?=$|[\s.,])/i.exec(wish);
  const plain =
    /\b(?:answer|respond|reply|return|say)\w* (?:with )?(?:the |a )message:? ([A-Z][^"]{2,200})$/.exec(wish);
  const message = quoted?.[1] ?? plain?.[1];
  if (message === undefined) return null;
  if (
    !/\b(?:answer|respon|reply|repl|return|say|message|tell|text)\w*/i.test(wish) ||
    /\b(?:if|when|unless|status|role|field|default|value|collection|subject|mail)\b/i.test(
      wish.replace(/"[^"]*"/g, ' '),
    )
  )
    return null;
  if (!response) return 'The workflow has no response step. What should it answer?';
  return putMessage(response, message);
}

function putMessage(response: Part, message: string): PatchOperation[] {
  return isPlainObject(response.body)
    ? setField(response, 'body.message', message)
    : setField(response, 'body', { message });
}

/** Where the fields of the answer come from. */
function sourceOf({ write, list, find, all }: Parts): Part | undefined {
  const login = all.find(({ type }) => type === 'userLogin');
  return write ?? list ?? login ?? find;
}

/** `Return the updated task`. */
function showDocument(wish: string, parts: Parts): Outcome {
  const { response, write } = parts;
  if (!/\b(?:return|answer|respond|reply|give back|send back|show|output)\b/i.test(wish)) return null;
  const match =
    /\b(?:the |an? )?(updated|changed|modified|new|created|stored|saved|whole|full|complete|entire|found|deleted|removed|resulting|inserted)(?: (?!id\b|field)(\w+))?(?: document| object| record| entry)?(?: itself)?(?: in the (?:answer|response))?(?:,? instead)?$/i.exec(
      wish,
    );
  const isAll =
    /^(?:return|answer with|respond with|reply with|give back|send back|show) (?:everything|the (?:document|object|record|entry))$/i.test(
      wish,
    );
  if ((!match && !isAll) || !response) return null;
  const deleted = parts.delete && !write ? parts.find : undefined;
  const source = deleted ?? sourceOf(parts);
  if (!source) return null;
  const data = isPlainObject(write?.data) ? Object.keys(write.data) : [];
  const hasSecret =
    data.some((name) => /password|secret|pin$/i.test(name)) ||
    (source.type === 'dbUpdate' && source.collection === 'users');
  if (!hasSecret) return setField(response, 'body', `{{ ${outputOf(source)} }}`);
  const shown = [...new Set([...data, ...parts.known])].filter((name) => !/password|secret|pin$/i.test(name));
  return setField(response, 'body', bodyOf(['id', ...shown], source));
}

function bodyOf(names: readonly string[], source: Part): Record<string, unknown> {
  const output = outputOf(source);
  return Object.fromEntries(names.map((name) => [name, `{{ ${output}.${name === 'id' ? '_id' : name} }}`]));
}

/** `Return only the name and the price`; `put the name into the answer, too`. */
function showFields(wish: string, parts: Parts): Outcome {
  const { response } = parts;
  const source = sourceOf(parts);
  if (!response || !source) return null;
  const isOnly = /\b(?:only|just|nothing else)\b/i.test(wish);
  const isMore =
    /\b(?:also|too|as well)\b|\b(?:in(?:to)?|to) (?:the |its )?(?:answer|response|reply|result|output)\b/i.test(
      wish,
    );
  const match = isOnly && !isMore ? SHOWS_ONLY.exec(wish) : (isMore ? SHOWS_MORE : SHOWS_ONLY).exec(wish);
  if (!match || (!isOnly && !isMore && !/^(?:return|answer|respond|reply)\b/i.test(wish))) return null;
  if (isMore && /^(?:add|put|include)\b/i.test(wish) && !ANSWERS.test(wish)) return null;
  const list = match[1]!
    .replace(/ of (?:the|each|every|their|its) [\w ]+?(?=$|,| and )/gi, '')
    .replace(/\b(?:only|just|also|field|fields|value|values)\b/gi, ' ');
  if (isOnly && /\b(?:ones|first|last|newest|active|open)\b/i.test(list)) return null;
  const known = [...variablesOf(parts).map(({ name }) => name), ...parts.known];
  const names = readFieldList(list, known)
    .map(({ name }) => (/^_?id$/i.test(name) ? 'id' : name))
    .filter((name) => !/password/i.test(name));
  if (names.length === 0 || names.length > 15) return null;
  if (source === parts.list) return shownInList(source, names, isOnly);
  if (isOnly || !isMore)
    return setField(response, 'body', {
      ...tokenOf(response),
      ...bodyOf(
        names.map((name) => fieldFor(name, known)),
        source,
      ),
    });
  if (!isPlainObject(response.body)) {
    const projected = isPlainObject(source.projection) ? source.projection : {};
    return names.flatMap((name): PatchOperation[] =>
      projected[name] === 0
        ? [{ op: 'unset', id: source.id, field: `projection.${name}` }]
        : Object.values(projected).includes(1)
          ? setField(source, `projection.${name}`, 1)
          : [],
    );
  }
  const text = JSON.stringify(response.body);
  return names.flatMap((name) =>
    new RegExp(`"${name}":`).test(text)
      ? []
      : setField(response, `body.${name}`, bodyOf([name], source)[name]),
  );
}

/** A token stays in the answer of a log-in. */
function tokenOf({ body }: Part): Record<string, unknown> {
  return isPlainObject(body) && Object.hasOwn(body, 'token') ? { token: body.token } : {};
}

function shownInList(list: Part, names: readonly string[], isOnly: boolean): PatchOperation[] {
  const projection = isPlainObject(list.projection) ? list.projection : {};
  const wanted = Object.fromEntries(names.map((name) => [name === 'id' ? '_id' : name, 1]));
  if (isOnly) return setField(list, 'projection', wanted);
  if (!Object.values(projection).includes(1)) return [];
  return setField(list, 'projection', { ...projection, ...wanted });
}

/** `Don't show the supplier`. */
function hideFields(wish: string, parts: Parts): Outcome {
  const match = HIDES.exec(wish);
  const said = match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[4];
  const { response } = parts;
  const source = sourceOf(parts);
  if (said === undefined || !response || !source) return null;
  if (/\b(?:ones|\w+ed (?:\w+s))$/i.test(said)) return null;
  const names = readFieldList(said, [...variablesOf(parts).map(({ name }) => name), ...parts.known]).map(
    ({ name }) => name,
  );
  if (names.length === 0) return null;
  const { body } = response;
  if (isPlainObject(body)) {
    const there = names.filter((name) => Object.hasOwn(body, name));
    if (there.length > 0)
      return there.map((name) => ({ op: 'unset', id: response.id, field: `body.${name}` }));
    if (!JSON.stringify(body).includes(`{{ ${outputOf(source)} }}`)) return [];
  }
  if (source.type === 'dbFind') return names.flatMap((name) => withoutField(source, name));
  if (source.type === 'dbInsert' && isPlainObject(source.data))
    return setField(
      response,
      'body',
      bodyOf(
        [
          'id',
          ...Object.keys(source.data).filter((name) => !names.includes(name) && !/password/i.test(name)),
        ],
        source,
      ),
    );
  if (source.type !== 'dbUpdate') return null;
  const output = freeOutput('shown', parts);
  const projection = Object.fromEntries(names.map((name) => [name, 0]));
  const step: Part = {
    id: freeId('read_again', parts),
    type: 'dbFind',
    collection: source.collection,
    filter: source.filter,
    projection,
    output,
  };
  return [
    { op: 'add', step, after: before(response.id, parts) },
    { op: 'set', id: response.id, field: 'body', value: `{{ ${output} }}` },
  ];
}

/** A list of what is shown loses the field; else a list of what is hidden gains it. */
function withoutField(find: Part, name: string): PatchOperation[] {
  const projection = isPlainObject(find.projection) ? find.projection : {};
  if (projection[name] === 1) return [{ op: 'unset', id: find.id, field: `projection.${name}` }];
  if (Object.values(projection).includes(1)) return [];
  return setField(find, `projection.${name}`, 0);
}
