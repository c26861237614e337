/** @module Stages that look at neighbouring documents, run by mingo: `$setWindowFields`, `$fill`, `$densify`. */
import { aggregate } from 'mingo';
import { CommandError } from '../command-error.ts';
import { type Document, documentOf, isDocument, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';
import type { Stage, StageTable } from './stage.ts';

/** The stages by name. */
export const windowStages: StageTable = {
  $setWindowFields: throughMingo,
  $fill: throughMingo,
  $densify: throughMingo,
};

/** mingo knows only JavaScript's numbers, so that int64 and double values become those. */
function throughMingo(spec: unknown, _context: unknown, name: string): Stage {
  if (!isDocument(spec))
    throw new CommandError('FailedToParse', `the ${name} stage specification must be an object`);
  return (input) => {
    try {
      return aggregate([...input].map(withNumbers), [{ [name]: withNumbers(spec) }]) as Document[];
    } catch (error) {
      throw new CommandError(
        'BadValue',
        `${name}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}

function withNumbers(document: Document): Document {
  return documentOf(keysOf(document).map((key) => [key, asNumber(document[key])] as const));
}

function asNumber(value: unknown): unknown {
  if (isNumber(value)) return toNumber(value);
  if (Array.isArray(value)) return value.map(asNumber);
  return isDocument(value) ? withNumbers(value) : value;
}
