/** @module The recipients of a mail: the author's text is read before values are put into it, so that a value never becomes structure. */

import { TerminalError } from '../errors.ts';
import { isBareAddress } from '../values/email.ts';
import type { Variables } from '../values/path.ts';
import { parseReferences, type Reference } from '../values/reference.ts';
import { compileValue, type Template } from '../values/template.ts';
import { toText } from '../values/text.ts';

/** One recipient: as a header shows it, and the address itself. */
export interface Recipient {
  shown: string;
  address: string;
}

/** A piece of text with values to be put into it. */
type Part = string | { template: Template; reference: Reference };

/** One recipient as the author wrote it: `name <address>` or `address`. */
interface RecipientPattern {
  name: Part[];
  address: Part[];
}

const compiled = new WeakMap<Template, RecipientPattern[]>();

/**
 * The recipients that a field names: a text of addresses with or without names, separated by commas, or a list of such texts.
 * What comes from a variable is a name or one bare address, never both and never several; only an earlier step's output may be
 * a list of addresses.
 *
 * @param field how messages call it
 * @returns `[]` when nothing is there
 * @throws TerminalError naming the field
 */
export function resolveRecipients(field: string, source: Template, variables: Variables): Recipient[] {
  let patterns = compiled.get(source);
  if (!patterns) {
    patterns = readPatterns(source.source);
    compiled.set(source, patterns);
  }
  return patterns.flatMap((pattern) => resolveRecipient(field, pattern, variables));
}

function resolveRecipient(
  field: string,
  { name, address }: RecipientPattern,
  variables: Variables,
): Recipient[] {
  const only = name.length === 0 && address.length === 1 ? address[0]! : '';
  if (typeof only !== 'string') {
    const [root = ''] = only.reference.segments;
    const isCallers = root === 'input' || !Object.hasOwn(variables, root);
    return resolveWhole(field, only.reference, only.template.resolve(variables), isCallers);
  }
  const mailbox = joinParts(field, address, variables);
  if (!isBareAddress(mailbox)) throw notOneAddress(field);
  return [withName(joinParts(field, name, variables), mailbox)];
}

/** A reference that is a whole recipient. */
function resolveWhole(field: string, reference: Reference, value: unknown, isCallers: boolean): Recipient[] {
  if (value === undefined || value === null || value === '') {
    if (reference.optional) return [];
    throw noAddress(field);
  }
  if (!Array.isArray(value)) return [bareRecipient(field, value)];
  // A caller who fills in an address may not turn one mail into many.
  if (isCallers) throw noAddress(field);
  return value.map((one) => bareRecipient(field, one));
}

function bareRecipient(field: string, value: unknown): Recipient {
  if (typeof value !== 'string' || value.trim() === '') throw noAddress(field);
  const address = value.trim();
  if (!isBareAddress(address)) throw notOneAddress(field);
  return { shown: address, address };
}

function joinParts(field: string, parts: readonly Part[], variables: Variables): string {
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part;
    const value = part.template.resolve(variables);
    if (typeof value === 'object' && value !== null) throw notOneAddress(field);
    return toText(value);
  });
  return texts.join('').trim();
}

/** A name is quoted: nothing in it can be read as an address or as a group. */
function withName(name: string, address: string): Recipient {
  const clean = name.replace(/\p{Cc}+/gu, ' ').trim();
  if (clean === '') return { shown: address, address };
  return { shown: `"${clean.replace(/["\\]/g, '\\$&')}" <${address}>`, address };
}

function readPatterns(source: unknown): RecipientPattern[] {
  if (Array.isArray(source)) return source.flatMap(readPatterns);
  return typeof source === 'string' ? splitRecipients(parseReferences(source, [])) : [];
}

/** Cuts a text at the commas and semicolons that stand in no quotes and no angle brackets. */
function splitRecipients(parts: readonly (string | Reference)[]): RecipientPattern[] {
  const found: RecipientPattern[] = [];
  let name: Part[] = [];
  let address: Part[] | null = null;
  let quoted = false;
  const put = (text: string) => {
    const target = address ?? name;
    if (typeof target.at(-1) === 'string') target[target.length - 1] += text;
    else target.push(text);
  };
  const end = () => {
    const pattern =
      address === null
        ? { name: [], address: trimmed(name) }
        : { name: trimmed(name), address: trimmed(address) };
    if (pattern.address.length > 0) found.push(pattern);
    name = [];
    address = null;
  };
  for (const part of parts) {
    if (typeof part !== 'string') {
      (address ?? name).push({ template: compileValue(part.raw), reference: part });
      continue;
    }
    for (let i = 0; i < part.length; i++) {
      const character = part[i]!;
      if (quoted && character === '\\' && i + 1 < part.length) put(part[++i]!);
      else if (character === '"' && address === null) quoted = !quoted;
      else if (!quoted && (character === ',' || character === ';')) end();
      else if (!quoted && character === '<' && address === null) address = [];
      else if (!quoted && character === '>' && address !== null) continue;
      else put(character);
    }
  }
  end();
  return found;
}

/** Without blank text at both ends. */
function trimmed(parts: readonly Part[]): Part[] {
  const kept = parts.filter((part) => part !== '');
  while (typeof kept[0] === 'string' && kept[0].trim() === '') kept.shift();
  while (typeof kept.at(-1) === 'string' && (kept.at(-1) as string).trim() === '') kept.pop();
  return kept;
}

function noAddress(field: string): TerminalError {
  return new TerminalError(`emailSend: '${field}' is required`, { code: 'STEP_FAILED', details: null });
}

function notOneAddress(field: string): TerminalError {
  return new TerminalError(`emailSend: '${field}' must be one address when it comes from a variable`, {
    code: 'STEP_FAILED',
    details: { field },
  });
}
