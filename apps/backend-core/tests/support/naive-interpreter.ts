/**
 * @module What a workflow has to do, written as plainly as possible from `docs/templates.md` and the table of node types. It shares no code
 * with the engine: lists for collections, one loop for the run, one function for each type.
 */

/** A document, without the id and times that a database adds. */
export type Fields = Record<string, unknown>;

/** A step as the test generates it: canonical spelling only. */
export interface NaiveStep {
  id: string;
  type: string;
  output?: string;
  [config: string]: unknown;
}

/** An order between two steps. */
export interface NaiveEdge {
  source: string;
  target: string;
  when?: 'error';
}

/** What can be seen of a run from outside. */
export interface NaiveOutcome {
  ok: boolean;
  /** Id of each step that was looked at, in order, with how it ended. */
  steps: [id: string, status: 'success' | 'failed' | 'skipped'][];
  errorCode?: string;
  output?: Fields;
  response?: { statusCode: number; body: unknown };
  collections: Record<string, Fields[]>;
  mails: { to: string; subject: string; html: string }[];
}

/** Ends a run with a code. */
class Failure extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

interface World {
  variables: Fields;
  /** Names that the caller sent. */
  sent: ReadonlySet<string>;
  collections: Record<string, Fields[]>;
  mails: NaiveOutcome['mails'];
}

/** Runs the steps, in list order or along the edges, on a copy of the collections. */
export function interpret(
  steps: readonly NaiveStep[],
  edges: readonly NaiveEdge[],
  input: Fields,
  collections: Record<string, Fields[]>,
): NaiveOutcome {
  const world: World = {
    variables: { input: { ...input } },
    sent: new Set(Object.keys(input)),
    collections: structuredClone(collections),
    mails: [],
  };
  const ended = new Map<string, 'success' | 'failed' | 'skipped'>();
  const finish = (more: Partial<NaiveOutcome> & { ok: boolean }): NaiveOutcome => ({
    steps: [...ended],
    collections: world.collections,
    mails: world.mails,
    ...more,
  });
  for (const step of inOrder(steps, edges)) {
    const incoming = edges.filter(({ target }) => target === step.id);
    const isReached = incoming.some(
      ({ source, when }) => ended.get(source) === (when === 'error' ? 'failed' : 'success'),
    );
    if (incoming.length > 0 && !isReached) {
      ended.set(step.id, 'skipped');
      continue;
    }
    try {
      const result = RUN[step.type]!(step, world);
      ended.set(step.id, 'success');
      if (result?.response) return finish({ ok: true, output: world.variables, response: result.response });
      if (result?.value !== undefined) world.variables[step.output ?? 'input'] = result.value;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      ended.set(step.id, 'failed');
      const isCaught = edges.some(({ source, when }) => source === step.id && when === 'error');
      if (!isCaught) return finish({ ok: false, errorCode: error.code });
    }
  }
  return finish({ ok: true, output: world.variables });
}

/** Without edges the list order; with edges always the first step in the list whose predecessors are all done. */
function inOrder(steps: readonly NaiveStep[], edges: readonly NaiveEdge[]): NaiveStep[] {
  const order: NaiveStep[] = [];
  const open = [...steps];
  while (open.length > 0) {
    const isFree = ({ id }: NaiveStep) =>
      edges.every(({ source, target }) => target !== id || !open.some((one) => one.id === source));
    const index = open.findIndex(isFree);
    order.push(...open.splice(index, 1));
  }
  return order;
}

type Result = { value?: unknown; response?: { statusCode: number; body: unknown } } | undefined;

const RUN: Record<string, (step: NaiveStep, world: World) => Result> = {
  input: ({ variables }, { variables: { input } }) => {
    const values = { ...(input as Fields) };
    for (const one of variables as { name: string; default?: unknown }[])
      if (!(one.name in values)) values[one.name] = one.default ?? null;
    return { value: values };
  },

  inputValidation: ({ rules }, { variables }) => {
    for (const { field, required, min } of rules as { field: string; required?: boolean; min: number }[]) {
      const value = follow(variables, field.split('.'));
      if (value === undefined || value === null) {
        if (required) throw new Failure('VALIDATION_FAILED');
      } else if (typeof value !== 'number' || value < min) throw new Failure('VALIDATION_FAILED');
    }
    return { value: true };
  },

  dbInsert: ({ collection, data }, world) => {
    const document = documentOf(data, world);
    if (Object.keys(document).length === 0) throw new Failure('STEP_FAILED');
    rowsOf(world, collection).push(document);
    return { value: { ...document } };
  },

  dbFind: ({ collection, filter, findType, sort, skip = 0, limit }, world) => {
    let found = rowsOf(world, collection).filter(matching(filter, world));
    if (sort)
      found = [...found].sort((a, b) => ((a.k as number) - (b.k as number)) * (sort as { k: number }).k);
    const from = skip as number;
    if (findType !== 'many') return { value: found[from] ? { ...found[from] } : null };
    const end = limit === undefined ? undefined : from + (limit as number);
    return { value: found.slice(from, end).map((row) => ({ ...row })) };
  },

  dbUpdate: ({ collection, filter, data, updateType }, world) => {
    // The filter is read first, then the change, then both are looked at.
    const matches = matching(filter, world);
    const change = documentOf(data, world, 'gaps left out');
    if (Object.keys(change).length === 0 || Object.keys(filter as Fields).length === 0)
      throw new Failure('STEP_FAILED');
    const found = rowsOf(world, collection).filter(matches);
    const changed = updateType === 'updateMany' ? found : found.slice(0, 1);
    for (const row of changed) Object.assign(row, change);
    if (updateType !== 'updateMany') return { value: changed[0] ? { ...changed[0] } : null };
    const count = changed.length;
    return {
      value: {
        acknowledged: true,
        matchedCount: count,
        modifiedCount: count,
        upsertedId: null,
        upsertedCount: 0,
      },
    };
  },

  dbDelete: ({ collection, filter, deleteType }, world) => {
    const matches = matching(filter, world);
    if (Object.keys(filter as Fields).length === 0) throw new Failure('STEP_FAILED');
    const rows = rowsOf(world, collection);
    const found = rows.filter(matches);
    const deleted = deleteType === 'deleteMany' ? found : found.slice(0, 1);
    world.collections[collection as string] = rows.filter((row) => !deleted.includes(row));
    const counts = { acknowledged: true, deletedCount: deleted.length };
    return { value: deleteType === 'deleteMany' ? counts : { ...deleted[0], ...counts } };
  },

  guard: ({ value, is, to, statusCode, message }, world) => {
    const seen = readValue(value, world);
    const passes = {
      present: !isEmpty(seen),
      absent: isEmpty(seen),
      equal: seen === to,
      different: seen !== to,
      greater: typeof seen === 'number' && seen > (to as number),
      less: typeof seen === 'number' && seen < (to as number),
    }[is as 'present'];
    return passes ? undefined : { response: { statusCode: statusCode as number, body: { error: message } } };
  },

  emailSend: ({ to, subject, body }, world) => {
    const mail = { to: to as string, subject: textOf(subject, world), html: textOf(body, world, escapeText) };
    world.mails.push(mail);
    return { value: { success: true, to: mail.to, subject: mail.subject } };
  },

  delay: () => undefined,

  response: ({ statusCode, body }, world) => ({
    response: { statusCode: statusCode as number, body: documentOf(body, world) },
  }),
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const rowsOf = ({ collections }: World, name: unknown): Fields[] => (collections[name as string] ??= []);

/** `undefined` where the path leads nowhere. */
function follow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Fields)[name] : undefined),
    value,
  );
}

const WHOLE = /^\{\{ (\S+) \}\}$/;

/** A text that is one reference has the value of that; any other text has its references as text inside. */
function readValue(source: unknown, world: World, gaps?: 'gaps left out'): unknown {
  if (Array.isArray(source))
    return source.map((one) => readValue(one, world, gaps)).filter((one) => one !== undefined);
  if (typeof source !== 'string') return source;
  const path = WHOLE.exec(source)?.[1]?.split('.');
  if (!path) return textOf(source, world);
  const value = follow(world.variables, path);
  const isGap = value === null && path[0] === 'input' && !world.sent.has(path[1]!);
  return isGap && gaps ? undefined : value;
}

function textOf(source: unknown, { variables }: World, change = (text: string) => text): string {
  return (source as string).replace(/\{\{ (\S+) \}\}/g, (_, path: string) => {
    const value = follow(variables, path.split('.'));
    return value === undefined || value === null ? '' : change(String(value));
  });
}

const ESCAPED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeText = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPED[one]!);

/** Fields without a value are left out; in a change also those that the caller did not send and no default filled. */
function documentOf(source: unknown, world: World, gaps?: 'gaps left out'): Fields {
  const fields = Object.entries(source as Fields).map(([name, one]) => [name, readValue(one, world, gaps)]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** Every field has to be equal, or greater; a reference without a value fails. */
function matching(filter: unknown, world: World): (row: Fields) => boolean {
  const value = (source: unknown): unknown => {
    const found = readValue(source, world);
    if (found === undefined || found === null) throw new Failure('REFERENCE_WITHOUT_VALUE');
    return found;
  };
  const conditions = Object.entries((filter ?? {}) as Fields).map(([field, source]) => {
    const bound =
      typeof source === 'object' && source !== null ? (source as { $gt?: unknown }).$gt : undefined;
    if (bound === undefined) {
      const wanted = value(source);
      return (row: Fields) => row[field] === wanted;
    }
    const least = value(bound);
    return (row: Fields) => typeof row[field] === typeof least && (row[field] as number) > (least as number);
  });
  return (row) => conditions.every((holds) => holds(row));
}
