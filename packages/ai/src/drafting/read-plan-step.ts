/** @module One step as models write it: planned, whole, or as a node of an editor. */
import type { EdgeCondition } from '@orchestrix/engine';
import { entries, isObject, plain } from '../builder/plain.ts';
import { cleanName, cleanText } from './names.ts';
import type { PlannedStep } from './plan.ts';
import { readAny } from './read-value.ts';
import { resolveType } from './resolve-type.ts';
import { INPUT_TYPE, type TypeFacts, type Types } from './type-facts.ts';

/** What says how a step stands among the others, and not what it does. */
const AROUND = new Set(
  'id key type nodeType kind node action op operation before from purpose description summary reason output outputVar outputName after dependsOn depends_on previous when condition on name label title position next'.split(
    ' ',
  ),
);

/** Where models put the configuration. */
const PLACES = ['config', 'configuration', 'fields', 'settings', 'params', 'parameters', 'options', 'with'];

/** A step; its id is as the model wrote it, or empty. */
export function readPlanStep(raw: Record<string, unknown>, types: Types): PlannedStep {
  const wrapper = isObject(raw.data) && isWrapper(raw, raw.data) ? raw.data : {};
  const type = typeOf(raw, wrapper, types);
  const facts = types.get(type);
  const config = plain(configOf(raw, wrapper, facts)) as Record<string, unknown>;
  const output = cleanName(
    raw.output ?? raw.outputVar ?? raw.outputName ?? config.output ?? config.outputVar,
  );
  const name = cleanText(raw.name ?? raw.label ?? wrapper.label ?? wrapper.name, 80);
  return {
    id: cleanName(raw.id ?? raw.key) ?? '',
    type,
    ...(name !== undefined && { name }),
    purpose: cleanText(raw.purpose ?? raw.description ?? raw.summary, 500) ?? '',
    output: facts?.output && !facts.output.fixed && output !== 'input' ? (output ?? null) : null,
    after: cleanName(first(raw.after ?? raw.dependsOn ?? raw.depends_on ?? raw.previous)) ?? null,
    when: readWhen(raw.when ?? raw.on),
    config,
    settled: facts !== undefined && isSettled(facts, config),
  };
}

/** The outcome under which an edge is taken. */
export function readWhen(raw: unknown): EdgeCondition | null {
  const text = String(typeof raw === 'boolean' || typeof raw === 'string' ? raw : '')
    .trim()
    .toLowerCase();
  if (text === 'true' || text === 'yes') return 'true';
  if (text === 'false' || text === 'no' || text === 'else') return 'false';
  return ['error', 'failure', 'failed', 'catch', 'onerror'].includes(text) ? 'error' : null;
}

/** A step's own configuration, wherever it was put. */
export function configOf(
  raw: Record<string, unknown>,
  wrapper: Record<string, unknown>,
  facts: TypeFacts | undefined,
): Record<string, unknown> {
  const isOwn = (name: string) =>
    facts !== undefined && (facts.aliases.has(name) || facts.fields.some((one) => one.name === name));
  const places = PLACES.filter((name) => !isOwn(name));
  const [place] = [wrapper, raw]
    .flatMap((holder) => places.map((name) => toConfig(holder[name])))
    .filter(isObject);
  const flat = [...entries(raw), ...entries(wrapper)].filter(
    ([name]) => isOwn(name) || !(AROUND.has(name) || PLACES.includes(name) || name === 'data'),
  );
  // In an editor's node `data` is the wrapper itself.
  const beside = flat.filter(([name, value]) => !(name === 'data' && value === wrapper));
  return { ...Object.fromEntries(beside), ...place };
}

function toConfig(value: unknown): unknown {
  return Array.isArray(value) ? readAny(value) : value;
}

/** An editor's `data` holds a label or the configuration; a document does not. */
function isWrapper(raw: Record<string, unknown>, data: Record<string, unknown>): boolean {
  if (isObject(data.fields) || isObject(data.config)) return true;
  return 'position' in raw || (typeof data.label === 'string' && !('collection' in raw));
}

function typeOf(raw: Record<string, unknown>, wrapper: Record<string, unknown>, types: Types): string {
  const names = [
    raw.type,
    raw.nodeType,
    wrapper.type,
    wrapper.nodeType,
    raw.kind,
    raw.node,
    raw.action,
  ].filter((one): one is string => typeof one === 'string' && one.trim() !== '');
  for (const name of names) {
    const type = resolveType(name.trim(), types);
    if (type !== undefined) return type;
  }
  return names[0]?.trim().slice(0, 80) ?? '';
}

function isSettled(facts: TypeFacts, config: Record<string, unknown>): boolean {
  if (facts.type === INPUT_TYPE || !facts.configurable) return true;
  const said = new Set(Object.keys(config).map((name) => facts.aliases.get(name) ?? name));
  const needed = facts.fields.filter(({ required }) => required);
  return needed.length > 0
    ? needed.every(({ name }) => said.has(name))
    : facts.fields.some(({ name }) => said.has(name));
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}
