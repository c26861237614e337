/** @module Names that mean the same: a caller reads how a workflow spells its inputs, and a check must not insist on one spelling. */

/** Words that people use for one another in names of fields. */
const SAME: Readonly<Record<string, string>> = {
  mail: 'email',
  telephone: 'phone',
  tel: 'phone',
  qty: 'quantity',
  msg: 'message',
  descr: 'description',
};

/** The spelling among `names` that means `wanted`: the same, the same but for its case and separators, or one with a word more or less. */
export function findName(wanted: string, names: readonly string[]): string | undefined {
  if (names.includes(wanted)) return wanted;
  const words = wordsOf(wanted);
  const same = names.find((name) => wordsOf(name).join('') === words.join(''));
  if (same !== undefined) return same;
  const near = names
    .map((name) => ({ name, other: wordsOf(name) }))
    .filter(({ other }) => isPart(words, other) || isPart(other, words))
    .map(({ name, other }) => ({ name, distance: Math.abs(other.length - words.length) }))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

/** The words of a name: `phoneNumber`, `phone_number` and `phone number` are alike. */
function wordsOf(name: string): string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/e-mail/g, 'email')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return words.map((word) => SAME[word] ?? word);
}

function isPart(some: readonly string[], all: readonly string[]): boolean {
  return some.length > 0 && some.every((word) => all.includes(word));
}

/** An object's field, under whichever spelling; `undefined` when there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const found = findName(name, Object.keys(value));
  return found === undefined ? undefined : (value as Record<string, unknown>)[found];
}

/** Whether a document has these values under these names. */
export function hasFields(document: unknown, match: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(match).every(([name, value]) => isSame(fieldOf(document, name), value));
}

/** Equality of plain values. */
export function isSame(a: unknown, b: unknown): boolean {
  return Bun.deepEquals(a, b);
}

/** Inputs under the names that a workflow declares; what it does not declare keeps its own name. */
export function fitInput(
  input: Readonly<Record<string, unknown>>,
  declared: readonly string[],
): Record<string, unknown> {
  const free = new Set(declared);
  const fitted = new Map<string, unknown>();
  // Exact names first, so that no other one takes their place.
  const order = Object.entries(input).sort(([a], [b]) => Number(free.has(b)) - Number(free.has(a)));
  for (const [name, value] of order) {
    const found = findName(name, [...free]) ?? name;
    free.delete(found);
    fitted.set(found, value);
  }
  return Object.fromEntries(fitted);
}

/** Names of the inputs that a workflow declares or refers to. */
export function inputNames(workflow: {
  steps: unknown;
  inputVariables: readonly { name: string }[];
}): string[] {
  const referred = [...JSON.stringify(workflow.steps).matchAll(/\binput\.([A-Za-z_]\w*)/g)].map(
    ([, name]) => name!,
  );
  return [...new Set([...workflow.inputVariables.map(({ name }) => name), ...referred])];
}
