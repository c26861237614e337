/** @module The shape of operations as a model answers them, every new step in the shape of its type. */
import type { OutputSchema } from '../provider.ts';
import { DECISION } from './plan.ts';
import { ANY_VALUE, nullable, strictConfig, strictObject } from './strict-schema.ts';
import type { Schema, TypeFacts, Types } from './type-facts.ts';

const TEXT: Schema = { type: 'string' };

/** Operations that correct a draft. */
export function repairSchema(types: Types, ids: readonly string[]): OutputSchema {
  return {
    name: 'workflow_repair',
    strict: true,
    schema: strictObject({ operations: operations(types, ids) }),
  };
}

/** Operations that change a workflow, or why there are none. */
export function changeSchema(types: Types, ids: readonly string[]): OutputSchema {
  return {
    name: 'workflow_change',
    strict: true,
    schema: strictObject({ ...DECISION, operations: operations(types, ids) }),
  };
}

function operations(types: Types, ids: readonly string[]): Schema {
  // A list of many ids makes a schema that providers refuse; the operations are checked anyway.
  const id = ids.length > 0 && ids.length <= 200 ? { type: 'string', enum: ids } : TEXT;
  const after = { ...nullable(TEXT), description: 'Id of the step before it; null: at the beginning' };
  const op = (name: string): Schema => ({ type: 'string', enum: [name] });
  const field = { ...TEXT, description: 'Path with dots, such as filter.email' };
  const when = { type: ['string', 'null'], enum: ['error', 'true', 'false', null] };
  return {
    type: 'array',
    description: 'Done in this order',
    items: {
      anyOf: [
        ...[...types.values()].map((facts) =>
          strictObject({ op: op('add'), step: newStep(facts), after, when }),
        ),
        strictObject({ op: op('remove'), id }),
        strictObject({ op: op('set'), id, field, value: ANY_VALUE }),
        strictObject({ op: op('unset'), id, field }),
        strictObject({ op: op('append'), id, field, value: ANY_VALUE }),
        strictObject({ op: op('move'), id, after }),
      ],
    },
  };
}

function newStep(facts: TypeFacts): Schema {
  const { type, output } = facts;
  return strictObject({
    id: { ...TEXT, description: 'A new one' },
    type: { type: 'string', enum: [type] },
    ...(output && !output.fixed && { output: { ...nullable(TEXT), description: 'Name of its result' } }),
    ...strictConfig(facts),
  });
}
