/** @module What the web client's panels show as chosen, as a review in a real browser saw it. */

interface Node {
  id: string;
  type: string;
  data: { label: string; fields: Record<string, unknown> };
}

interface Graph {
  nodes: Node[];
  edges: { source: string; target: string }[];
}

/**
 * Whether a panel shows a reference as chosen. It takes what stands between the braces literally, blanks included, and looks it
 * up among the variables of the nodes directly before: names without `input.`.
 *
 * @param offered names of those variables; of a result, also what is inside it
 */
export function panelShows(reference: string, offered: readonly string[]): boolean {
  const name = reference.replace(/^\{\{|\}\}$/g, '');
  return offered.some((one) => one === name || name.startsWith(`${one}.`));
}

/** Every setting of a graph that holds a reference, and whose panel reads "Select variable…" all the same. */
export function unshownReferences({ nodes, edges }: Graph): string[] {
  return nodes.flatMap(({ id, type, data: { fields } }) => {
    const before = edges.filter(({ target }) => target === id).map(({ source }) => source);
    const offered = nodes.filter((node) => before.includes(node.id)).flatMap(offeredBy);
    return Object.entries(chosen(type, fields))
      .filter(([, value]) => !panelShows(value, offered))
      .map(([place, value]) => `${id}.${place}: ${value}`);
  });
}

/** An input offers its variables, a validation what it checks, every other node its result. */
function offeredBy({ type, data: { fields } }: Node): string[] {
  const names = (list: unknown, key: string) =>
    (Array.isArray(list) ? (list as Record<string, unknown>[]) : []).map((one) => String(one[key]));
  if (type === 'input') return names(fields.variables, 'name');
  if (type === 'inputValidation')
    return names(fields.rules, 'field').map((name) => name.replace(/^\{\{|\}\}$/g, ''));
  return typeof fields.outputVar === 'string' ? [fields.outputVar] : [];
}

/** What is chosen from a list in a panel, by its place; a text without references is typed in. */
function chosen(type: string, fields: Record<string, unknown>): Record<string, string> {
  const places = new Map<string, unknown>();
  for (const name of ['filters', 'filter', 'update', 'data'])
    for (const [key, value] of Object.entries(fields[name] ?? {})) places.set(`${name}.${key}`, value);
  for (const name of ['to', 'email', 'password']) places.set(name, fields[name]);
  const isReference = (value: unknown) => typeof value === 'string' && /\{\{|^input\./.test(value);
  const found = [...places].filter(([, value]) => isReference(value)) as [string, string][];
  const rules = type === 'inputValidation' && Array.isArray(fields.rules) ? fields.rules : [];
  const fieldsOfRules = rules.map(
    (rule: { field: string }, index) => [`rules.${index}`, rule.field] as const,
  );
  return Object.fromEntries([...found, ...fieldsOfRules]);
}
