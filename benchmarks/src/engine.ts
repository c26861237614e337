/** @module What the engine costs beside the plainest way of doing the same, measured in turns within the same minute. */
import {
  builtinRegistry,
  compile,
  compileValue,
  createRegistry,
  defineNode,
  execute,
  type Plan,
} from '@orchestrix/engine';
import { median, type ReportRow, report } from './support/report.ts';

const ROUNDS = 15;
const STEPS = 100;

const add = defineNode({
  type: 'add',
  title: 'Add',
  category: 'flow',
  summary: 'Adds one to a number.',
  // Any schema that takes no field will do.
  config: builtinRegistry.get('authMiddleware')!.config,
  outputs: { name: 'n', summary: 'The sum.' },
  example: { type: 'add' },
  sideEffects: 'none',
  run: ({ variables }) => Number(variables.n ?? 0) + 1,
});
const registry = createRegistry([add]);
const definition = { steps: Array.from({ length: STEPS }, () => ({ type: 'add', output: 'n' })) };
const plan: Plan = compile(definition, registry);

/** The same work without an engine: functions in a list, each handed the variables, with a log of each. */
const functions = definition.steps.map(
  () => (variables: Record<string, unknown>) => Number(variables.n ?? 0) + 1,
);
function callInTurn(): unknown {
  const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const run of functions) variables.n = run(variables);
  return variables.n;
}
function callInTurnWithLogs(): unknown {
  const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const logs: unknown[] = [];
  for (const run of functions) {
    const startedAt = Date.now();
    const mark = performance.now();
    variables.n = run(variables);
    logs.push({ startedAt, durationMs: performance.now() - mark, input: {}, output: {}, error: null });
  }
  return [variables.n, logs];
}

const body = {
  title: 'Order {{ input.id }} of {{ input.user.name }}',
  total: '{{ input.total }}',
  lines: [
    { sku: 'input.lines.0.sku', note: 'paid' },
    { sku: 'input.lines.1.sku', note: 'open' },
  ],
};
const variables = {
  input: { id: 7, user: { name: 'Ann' }, total: 99.5, lines: [{ sku: 'a-1' }, { sku: 'b-2' }] },
};
const template = compileValue(body);

/** What one would write first: the definition as text, every pair of braces replaced, parsed again. */
function replaceInText(): unknown {
  const text = JSON.stringify(body).replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    let value: unknown = variables;
    for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
    return String(value);
  });
  return JSON.parse(text);
}

const typical = {
  steps: [
    { type: 'input', variables: [{ name: 'email' }] },
    { type: 'inputValidation', rules: [{ field: 'input.email', required: true, type: 'email' }] },
    {
      type: 'response',
      statusCode: 201,
      body: { email: '{{ input.email }}', text: 'Hello {{ input.email }}' },
    },
  ],
};
const typicalPlan = compile(typical);
const input = { email: 'ann@x.io' };

const rows: ReportRow[] = [];
await compare('100 sync steps', 'function calls in a list', 200, () => execute(plan), callInTurn);
await compare('100 sync steps', 'the same with a log of each', 200, () => execute(plan), callInTurnWithLogs);
await compare(
  '100 sync steps, observed',
  '100 sync steps, nobody listens',
  100,
  () => execute(plan, { observer: () => {} }),
  () => execute(plan),
);
await compare(
  'compile and run',
  'run what was compiled once',
  200,
  () => execute(compile(typical), { input }),
  () => execute(typicalPlan, { input }),
);
await compare(
  'resolve a compiled template',
  'replace in text and parse',
  2_000,
  () => template.resolve(variables),
  replaceInText,
);
report('engine', rows);

/** Measures two ways in turns, so that a busy machine slows both; the ratio of medians is what counts. */
async function compare(
  name: string,
  baseline: string,
  repeats: number,
  run: () => unknown,
  runBaseline: () => unknown,
): Promise<void> {
  const times: number[] = [];
  const baselineTimes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await timeOf(run, repeats));
    baselineTimes.push(await timeOf(runBaseline, repeats));
  }
  const [time, baselineTime] = [median(times), median(baselineTimes)];
  rows.push({
    what: name,
    µs: round3(time),
    'compared with': baseline,
    'its µs': round3(baselineTime),
    ratio: round3(time / baselineTime),
  });
}

/** Microseconds a call. */
async function timeOf(run: () => unknown, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  return ((performance.now() - start) * 1_000) / repeats;
}

function round3(figure: number): number {
  return Number(figure.toPrecision(3));
}
