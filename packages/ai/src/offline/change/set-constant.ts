/** @module Values that the workflow sets itself: `New bookings get the status "open"`. */
import type { PatchOperation } from '../../patch/operations.ts';
import { readConstant } from '../field.ts';
import { knownName } from './change-guards.ts';
import { type Outcome, type Parts, rulesFor, setField, variablesOf } from './parts.ts';

const VALUE = `("[^"]*"|'[^']*'|\`[^\`]*\`|true|false|-?\\d+(?:\\.\\d+)?|[\\w-]+)`;
const SETS = [
  `^(?:every|each|all|any|the|an?|new)?\\s*(?:new(?:ly created)? )?[\\w-]+(?: \\w+)? (?:also |always |automatically |should |must |shall |then )*(?:gets?|has|have|receives?|carr(?:y|ies)|starts?(?: out| off)?(?: with)?|(?:is|are) (?:created|stored|saved) with) (?:the |an? )?(?:default )?([a-z]\\w*) (?:of |set to |is |as |= ?|: ?)?${VALUE}$`,
  `^(?:also |always |automatically )*(?:set|store|save|add|give them|give it|put)\\b (?:also |always |automatically )?(?:the |an? )?(?:field )?["'\`]?([\\w ]+?)["'\`]?(?: field)? (?:always |automatically )?(?:(?:set )?to|=|as|with (?:the )?(?:value )?|that is always|which is always) ?${VALUE}(?: (?:automatically|always|there|on (?:it|them|the \\w+)|for (?:every|each|all) .*))?$`,
  `^(?:the )?["'\`]?(\\w+)["'\`]? (?:is|should be|must be|shall be|will be|to|=|starts? (?:as|with|at)) (?:always|set to|initially|automatically(?: set to)?)? ?${VALUE}(?: (?:at first|at the start|initially|in the beginning|automatically|always|for (?:new|every|all|each) .*))?$`,
  `^mark (?:it|them|(?:the |every |each |new )+\\w+) as (?:"([\\w]+)"|([a-z]\\w+))$`,
].map((source) => new RegExp(source, 'i'));
const NO_VALUE =
  /^(?:optional|required|mandatory|unique|default|number|string|text|boolean|field|integer|date|email|list|array|positive|negative|valid|well|too|also|instead|empty|given|it|them|be|an?|the|not|no|missing|sent|json|public|private|protected|longer|shorter|in|at|on|by)$/i;

/** Sets a field of what is written to a fixed value. */
export function setConstant(wish: string, parts: Parts): Outcome {
  const { write } = parts;
  if (
    !write ||
    /\b(?:minimum|maximum|length|limit|characters|default|status code|at (?:least|most)|between|mail)\b/i.test(
      wish,
    )
  )
    return null;
  for (const [index, pattern] of SETS.entries()) {
    const match = pattern.exec(wish);
    if (!match) continue;
    if (index === 3) {
      const word = (match[1] ?? match[2])!.toLowerCase();
      const isFlag =
        /^(?:read|unread|done|active|inactive|published|paid|verified|archived|deleted|enabled)$/.test(word);
      const [name, value] =
        word === 'unread'
          ? ['read', false]
          : word === 'inactive'
            ? ['active', false]
            : isFlag
              ? [word, true]
              : ['status', word];
      return setField(write, `data.${knownName(name as string, parts)}`, value);
    }
    const quoted = /^["'`]/.test(match[2]!);
    if (NO_VALUE.test(match[1]!) || (!quoted && NO_VALUE.test(match[2]!)) || match[1]!.split(' ').length > 3)
      continue;
    // "The status is open" without more is only clear for words that stand in quotes, and for states.
    const isState =
      /^(?:status|state|role|type|stage|priority|level|plan|source|done|active|read|published|paid|verified)$/i.test(
        match[1]!,
      );
    if (
      !quoted &&
      !isState &&
      !/^(?:true|false|-?\d)/i.test(match[2]!) &&
      (index !== 1 || / as /i.test(wish))
    )
      continue;
    const name = knownName(match[1]!.trim(), parts);
    return [...noLongerSent(name, parts), ...setField(write, `data.${name}`, readConstant(match[2]!))];
  }
  return null;
}

/** What the workflow sets is no value of the caller any more. */
function noLongerSent(name: string, parts: Parts): PatchOperation[] {
  const index = variablesOf(parts).findIndex((one) => one.name === name);
  if (index < 0 || !parts.input) return [];
  return [
    { op: 'unset', id: parts.input.id, field: `variables.${index}` },
    ...rulesFor(parts, name)
      .reverse()
      .map((rule): PatchOperation => ({ op: 'unset', id: parts.validate!.id, field: `rules.${rule}` })),
  ];
}
