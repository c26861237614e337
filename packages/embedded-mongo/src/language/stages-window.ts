/** @module Stages that look at neighbouring documents, run by mingo: `$setWindowFields`, `$fill`, `$densify`. */
import { aggregate } from 'mingo';
import { CommandError } from '../command-error.ts';
import { type Document, documentOf, isDocument, keysOf, withField } from './fields.ts';
import { gatherWithin } from './gather-within.ts';
import { isNumber, toNumber } from './numbers.ts';
import type { Stage, StageTable } from './stage.ts';

/** The stages by name. */
export const windowStages: StageTable = {
  $setWindowFields: throughMingo,
  $fill: throughMingo,
  $densify: throughMingo,
};

/** Carries a document's place in the input through mingo. */
const PLACE = '__orchestrix_place';

/**
 * mingo knows only JavaScript's numbers, so that it is given those; what it computes is then put into the documents as
 * they were, whose other fields keep their types.
 */
function throughMingo(spec: unknown, _context: unknown, name: string): Stage {
  if (!isDocument(spec))
    throw new CommandError('FailedToParse', `the ${name} stage specification must be an object`);
  refuseScripts(spec);
  const { output } = spec;
  const computed = isDocument(output) ? keysOf(output).map((path) => path.split('.')[0]!) : [];
  const stage = withNumbers(spec);
  return function* (input) {
    const documents = yield* gatherWithin(input, name);
    const numbered = documents.map((document, place) => withField(withNumbers(document), PLACE, place));
    yield* throughStage(numbered, { [name]: stage }, name).map((result) => {
      const { [PLACE]: place, ...rest } = result;
      const original = typeof place === 'number' ? documents[place] : undefined;
      if (original === undefined) return rest;
      return computed.reduce((document, field) => withField(document, field, rest[field] ?? null), original);
    });
  };
}

/** mingo would run a script given to it. */
function refuseScripts(value: unknown): void {
  if (Array.isArray(value)) value.forEach(refuseScripts);
  if (!isDocument(value)) return;
  for (const key of keysOf(value)) {
    if (key === '$function' || key === '$accumulator' || key === '$where') {
      throw new CommandError(
        'CommandNotSupported',
        `${key} is not supported by this server: it runs no JavaScript`,
      );
    }
    refuseScripts(value[key]);
  }
}

function throughStage(documents: Document[], stage: Document, name: string): Document[] {
  try {
    return aggregate(documents, [stage]) as Document[];
  } catch (error) {
    throw new CommandError('BadValue', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function withNumbers(document: Document): Document {
  return documentOf(keysOf(document).map((key) => [key, asNumber(document[key])] as const));
}

function asNumber(value: unknown): unknown {
  if (isNumber(value)) return toNumber(value);
  if (Array.isArray(value)) return value.map(asNumber);
  return isDocument(value) ? withNumbers(value) : value;
}
