/** @module Changes of a list: its order, its length, and what is in it. */
import type { PatchOperation } from '../../patch/operations.ts';
import { takeOrder } from '../order.ts';
import { adjectiveCondition, readSelection } from '../selection.ts';
import { freeId, type Outcome, type Parts, setField, variablesOf } from './parts.ts';

const ADJECTIVE =
  /^(?:(?:return|show|list|give|get|include|display|answer with)(?: me| us)? )?(?:only |just )(?:return |show |list |give |include |display )?(?:the |those |these )?(?:currently |still )?((?:not )?\w+)(?: (?:ones|\w+s))?$|^(?:return|show|list|give|get|include|display)(?: me| us)? (?:only|just) (?:the )?((?:not )?\w+) (?:ones|\w+s)$/i;
const EXCLUDED =
  /^(?:leave out|hide|exclude|omit|skip|ignore|without|no|don't (?:show|return|list|include)|do not (?:show|return|list|include)) (?:the |any |all )?(\w+)(?: (?:ones|\w+s))$/i;

const CHOOSES =
  /^(?:let|allow) (?:the caller|callers|users|the user|them|people) (?:to )?(?:choose|pick|select|filter by|search by|give|pass|send) (?:the |a )?/i;

/** `Newest first, at most 5`, `only published ones`. */
export function changeList(sentence: string, parts: Parts): Outcome {
  const { list, known } = parts;
  if (!list) return null;
  const wish = sentence
    .replace(/,? (?:instead|too|as well|also|now|from now on)$/i, '')
    .replace(CHOOSES, 'filter by ');
  const [operations, rest] = ordered(wish, parts);
  if (operations.length > 0 || rest === null) return operations;
  const excluded = EXCLUDED.exec(wish);
  if (excluded) {
    const [field, value] = adjectiveCondition(excluded[1]!.toLowerCase(), known);
    return setField(list, `filter.${field}`, { $ne: value });
  }
  const adjective = ADJECTIVE.exec(wish);
  const word = adjective?.[1] ?? adjective?.[2];
  if (word !== undefined && !/^(?:the|and|admin|user|owner|field|name|title|price|id)s?$/i.test(word)) {
    const [field, value] = adjectiveCondition(word.toLowerCase(), known);
    return setField(list, `filter.${field}`, value);
  }
  return selected(wish, parts);
}

/** Operations for order and length; the second part is `null` when everything that was said is so already. */
function ordered(wish: string, { list, known }: Parts): [PatchOperation[], string | null] {
  const words = [wish];
  const { sort, limit } = takeOrder(words, known);
  const operations = [
    ...(sort === null ? [] : setField(list!, 'sort', sort)),
    ...(limit === null ? [] : setField(list!, 'limit', limit)),
  ];
  return [operations, sort === null && limit === null ? wish : null];
}

function selected(wish: string, parts: Parts): Outcome {
  const { list, known } = parts;
  const selection = readSelection(
    wish
      .replace(/^(?:only|just)?\s*(?:return|show|list|include|get|give|filter)s?\b(?: me| us)?/i, (verb) =>
        /only|just/i.test(verb) ? 'only' : '',
      )
      .replace(/^\s*only (?:the )?(\w+ ones)/i, 'only $1')
      .replace(
        /^(?:add|allow|support) (?:an? )?(?:optional )?(?:filter|search(?:ing)?|filtering)/i,
        'filter',
      ),
    known,
    '',
  );
  const names = variablesOf(parts).map(({ name }) => name);
  const operations: PatchOperation[] = [];
  for (const [field, value] of Object.entries(selection.constants))
    operations.push(...setField(list!, `filter.${field}`, value));
  const isOptional = /\boptional/i.test(wish);
  for (const { name, type } of selection.selectors) {
    operations.push(...setField(list!, `filter.${name}`, `{{ input.${name} }}`));
    if (names.includes(name)) continue;
    const required = isOptional ? {} : { required: true };
    if (parts.input)
      operations.push({
        op: 'append',
        id: parts.input.id,
        field: 'variables',
        value: { name, type, ...required },
      });
    const rule = { field: `input.${name}`, ...required, type };
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
