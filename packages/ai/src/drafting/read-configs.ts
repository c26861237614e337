/** @module The second answer of a model: the configuration of every step. */
import { entries, isObject, plain } from '../builder/plain.ts';
import { extractJson } from '../json/extract.ts';
import type { OutputSchema } from '../provider.ts';
import type { Configs } from './build-definition.ts';
import { cleanName } from './names.ts';
import type { PlannedStep } from './plan.ts';
import type { Reading } from './read-plan.ts';
import { configOf } from './read-plan-step.ts';
import { strictConfig, strictObject } from './strict-schema.ts';
import type { Types } from './type-facts.ts';

/** Shape of the configurations of these steps, each in the shape of its type. */
export function configsSchema(steps: readonly PlannedStep[], types: Types): OutputSchema {
  const shapes = steps.flatMap(({ id, type }) => {
    const facts = types.get(type);
    return facts ? [[id, strictObject(strictConfig(facts))] as const] : [];
  });
  return {
    name: 'step_configurations',
    strict: true,
    schema: strictObject({ steps: strictObject(Object.fromEntries(shapes)) }),
  };
}

/** Reads configurations: a map by id, a list of steps, or a whole workflow again. */
export function readConfigs(text: string, steps: readonly PlannedStep[], types: Types): Reading<Configs> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const found = extractJson(text, (value) => collect(value, byId, types).size > 0);
  if (!found) return { problem: 'it holds no JSON object' };
  const configs = collect(found.value, byId, types);
  if (configs.size > 0) return { value: configs };
  return { problem: `it configures none of the steps ${[...byId.keys()].map((id) => `"${id}"`).join(', ')}` };
}

/** The first place in a value that speaks of steps by their ids. */
function collect(value: object, byId: ReadonlyMap<string, PlannedStep>, types: Types): Configs {
  const inner = Object.values(value).filter((one): one is object => typeof one === 'object' && one !== null);
  for (const place of [...inner, value, ...inner.flatMap((one) => Object.values(one)).filter(isObject)].slice(
    0,
    200,
  )) {
    const configs = configsIn(place, byId, types);
    if (configs.size > 0) return configs;
  }
  return new Map();
}

function configsIn(place: object, byId: ReadonlyMap<string, PlannedStep>, types: Types): Configs {
  const pairs: [string, unknown][] = Array.isArray(place)
    ? place.filter(isObject).flatMap((one) => entriesOfOne(one))
    : entries(place);
  const configs = new Map<string, Record<string, unknown>>();
  for (const [id, raw] of pairs) {
    const step = byId.get(id) ?? byId.get(cleanName(id) ?? '');
    if (!step || !isObject(raw) || configs.has(step.id)) continue;
    const wrapper =
      isObject(raw.data) && (isObject(raw.data.fields) || isObject(raw.data.config)) ? raw.data : {};
    configs.set(step.id, plain(configOf(raw, wrapper, types.get(step.type))) as Record<string, unknown>);
  }
  return configs;
}

/** `{ id, … }`, or `{ <id>: { … } }`. */
function entriesOfOne(one: Record<string, unknown>): [string, unknown][] {
  return typeof one.id === 'string' ? [[one.id, one]] : entries(one);
}
