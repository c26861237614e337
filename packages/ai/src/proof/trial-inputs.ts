/** @module The inputs that trials use: a good one, and each way in which callers get it wrong. */
import type { CallerValue, ValueType } from './caller-values.ts';
import { comparedValue } from './compared-value.ts';
import { goodValue } from './good-value.ts';
import type { TrialKind } from './proof.ts';
import { deletePath, readPath, setPath } from './value-path.ts';

/** An input to be refused. */
export interface WrongInput {
  kind: Extract<TrialKind, 'missing' | 'wrong-type'>;
  /** The value that is wrong. */
  field: string;
  name: string;
  input: Record<string, unknown>;
}

/** The good input, and the names of values for which none was found. */
export function makeGoodInput(values: readonly CallerValue[]): {
  input: Record<string, unknown>;
  impossible: string[];
} {
  const input: Record<string, unknown> = {};
  const impossible: string[] = [];
  for (const value of values) {
    // What holds other values is made with them.
    if (value.unwanted || values.some(({ name }) => name.startsWith(`${value.name}.`))) continue;
    const good = goodValue(value);
    if (good === undefined) impossible.push(value.name);
    else setPath(input, value.name, good);
  }
  for (const { name, comparedWith } of values) {
    if (!comparedWith) continue;
    const wanted = comparedValue(comparedWith.is, readPath(input, comparedWith.name.split('.')));
    if (wanted !== undefined) setPath(input, name, wanted);
  }
  // A workflow that takes whatever comes gets something.
  if (values.length === 0) Object.assign(input, { event: 'example', id: 'evt_1', data: { amount: 3 } });
  return { input, impossible };
}

/** Each kind of wrong input at most this often. */
const MOST = 5;

/** Inputs with one value missing, or of the wrong type. */
export function makeWrongInputs(values: readonly CallerValue[], good: Record<string, unknown>): WrongInput[] {
  const missing = values
    .filter(({ required, hasDefault, unwanted }) => required && !hasDefault && !unwanted)
    .slice(0, MOST)
    .map(({ name }): WrongInput => {
      const input = structuredClone(good);
      deletePath(input, name);
      return { kind: 'missing', field: name, name: `without "${name}"`, input };
    });
  const wrong = values
    .flatMap((value) => {
      const bad = badValue(value);
      return bad === undefined ? [] : [{ value, bad }];
    })
    .slice(0, MOST)
    .map(({ value: { name }, bad }): WrongInput => {
      const input = structuredClone(good);
      setPath(input, name, bad);
      return { kind: 'wrong-type', field: name, name: `with a wrong "${name}"`, input };
    });
  return [...missing, ...wrong];
}

const BAD: Readonly<Partial<Record<ValueType, unknown>>> = {
  number: 'not a number',
  boolean: 'perhaps',
  email: 'not an address',
  date: 'no date',
  object: 'not an object',
  array: 'not a list',
};

/** Only what is said counts: a type that was guessed from a name refuses nothing. */
function badValue({ type, choices, unwanted }: CallerValue): unknown {
  if (unwanted) return undefined;
  if (choices?.every((one) => typeof one === 'string')) return 'none of the choices';
  return type === undefined ? undefined : BAD[type];
}
