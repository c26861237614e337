/** @module Changes to a value that the request itself says, such as `mark it as done`. */
import type { Deed, Thing } from '../core.ts';
import { fieldFor } from '../names.ts';
import type { Reading } from '../reading.ts';

/** A change to a value that the request itself says: `mark it as done`. */
export function fixedChange(
  deed: Deed | null,
  thing: Thing,
  known: readonly string[],
  _reading: Reading,
): { constants: Record<string, unknown>; isSet: string | null } {
  const constants: Record<string, unknown> = {};
  const text = `${deed?.rest ?? ''}`;
  const marked = /\b(?:mark|flag|tick)\w*\b.*?\bas (not |un)?["'`]?([a-z-]+)["'`]?/i.exec(
    `${deed?.verb ?? ''} ${text}`,
  );
  if (marked) {
    setState(marked[2]!, marked[1] === undefined, known, constants);
    return { constants, isSet: thing.tail.replace(/\bas (?:not )?["'`]?[\w-]+["'`]?/i, ' ') };
  }
  const set =
    /\b(?:set|chang|updat|switch|mov|turn|put)\w*\b.*?\b(?:the |its |their )?([a-z]\w*)(?: (?:field|flag))?(?: of [\w' ]+?)? (?:to|=) (?!an?\b|the\b|new\b|given\b|another\b|be\b|something\b|whatever\b|what\b)["'`]?([\w-]+)["'`]?/i.exec(
      `${deed?.verb ?? ''} ${text}`,
    );
  if (set && !/^(?:caller|user|input|requested|one|either|value)$/i.test(set[2]!)) {
    const name = fieldFor(set[1]!, known);
    const raw = set[2]!;
    constants[name] = /^(?:true|false)$/i.test(raw)
      ? raw.toLowerCase() === 'true'
      : /^\d+$/.test(raw)
        ? Number(raw)
        : raw;
    return { constants, isSet: thing.tail.replace(/\b(?:to|=) ["'`]?[\w-]+["'`]?/i, ' ') };
  }
  if (thing.parts !== '' || thing.owner !== '') return { constants, isSet: null };
  for (const [pattern, field, value] of VERB_STATES) {
    if (!pattern.test(deed?.verb ?? '')) continue;
    if (value === true && !known.includes(field) && known.includes('status'))
      constants.status = /^(?:complet|finish)/.test(deed?.verb ?? '') ? 'completed' : field;
    else constants[field === 'done' && known.includes('completed') ? 'completed' : field] = value;
  }
  return { constants, isSet: null };
}

const VERB_STATES: readonly (readonly [RegExp, string, unknown])[] = [
  [/^(?:complet|finish|tick)/, 'done', true],
  [/^(?:clos)/, 'status', 'closed'],
  [/^(?:archiv)/, 'archived', true],
  [/^(?:cancel)/, 'status', 'cancelled'],
  [/^(?:publish)/, 'published', true],
  [/^(?:unpublish)/, 'published', false],
  [/^(?:activat|enabl)/, 'active', true],
  [/^(?:deactivat|disabl)/, 'active', false],
  [/^(?:resolv)/, 'status', 'resolved'],
  [/^(?:reopen)/, 'status', 'open'],
];

const STATE_FLAGS =
  /^(?:done|completed?|finished|read|paid|published|active|archived|featured|verified|confirmed|available|enabled|checked|urgent|solved)$/i;

function setState(
  word: string,
  isOn: boolean,
  known: readonly string[],
  constants: Record<string, unknown>,
): void {
  const state = word.toLowerCase();
  const flag =
    known.find((name) => [state, `is${state}`].includes(name.toLowerCase())) ??
    (/^complete/.test(state) ? known.find((name) => /^(?:completed|done)$/.test(name)) : undefined);
  const negative = /^(unread|unpaid|incomplete|inactive|undone)$/.exec(state);
  if (negative && flag === undefined && !known.includes('status'))
    constants[state.replace(/^(?:un|in)/, '').replace('complete', 'completed')] = false;
  else if (flag !== undefined) constants[flag] = isOn;
  else if (known.includes('status') || !STATE_FLAGS.test(state)) constants.status = state;
  else constants[state === 'complete' ? 'completed' : state] = isOn;
}
