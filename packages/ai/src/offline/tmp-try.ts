import { readFileSync } from 'node:fs';
import { builtinRegistry } from '@orchestrix/engine';
import { createOfflineDrafter } from './offline-drafter.ts';

const d = createOfflineDrafter();
const show = (v: unknown) => JSON.stringify(v);
for (const line of readFileSync(process.argv[2]!, 'utf8')
  .split('\n===\n')
  .flatMap((b) => (b.includes('\n- ') || b.includes('\n* ') || b.includes('\n1') ? [b] : b.split('\n')))) {
  if (!line.trim()) continue;
  const t0 = performance.now();
  let o;
  try {
    o = await d.draft(line, { registry: builtinRegistry as never, collections: {} }, {});
  } catch (e) {
    console.log('THROW', line, e);
    continue;
  }
  console.log(`\n> ${line}`);
  if (o.kind !== 'draft') {
    console.log('   ', o.kind, show(o));
    continue;
  }
  for (const s of o.definition.steps) {
    const { id, type, ...r } = s as Record<string, unknown>;
    if (type === 'input')
      console.log(
        '    in:',
        (r.variables as { name: string; type: string; required?: boolean; default?: unknown }[])
          .map(
            (v) =>
              `${v.name}:${v.type}${v.required ? '' : '?'}${v.default !== undefined ? '=' + v.default : ''}`,
          )
          .join(' '),
      );
    else if (type === 'inputValidation') {
      const x = (r.rules as Record<string, unknown>[])
        .map(({ field, required, type, pattern, ...e }) =>
          Object.keys(e).length ? `${field} ${show(e)}` : '',
        )
        .filter(Boolean);
      if (x.length) console.log('    rules:', x.join(' '));
    } else if (type === 'guard') console.log('    guard', r.value, r.is, r.to ?? '', r.statusCode);
    else console.log('   ', type, show(r));
  }
  const ms = performance.now() - t0;
  if (ms > 50) console.log('SLOW', ms);
}
