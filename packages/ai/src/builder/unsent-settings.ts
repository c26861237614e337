/** @module Settings that the visual builder never sends: a drawing leaves them out, and its labels say so. */
import type { Link } from './edges.ts';
import type { BuilderNode, BuilderNodeType } from './graph.ts';
import { isObject } from './plain.ts';

const UNSENT: Partial<Record<BuilderNodeType, readonly string[]>> = {
  dbFind: ['sort', 'limit', 'skip', 'projection'],
  dbInsert: ['unique'],
  dbUpdate: ['updateType'],
  dbDelete: ['deleteType'],
  emailSend: ['cc', 'bcc', 'replyTo', 'fromName', 'attachments'],
};

/** The node without the settings that would not arrive, and with a label that names them. */
export function leaveOutUnsent(node: BuilderNode, links: readonly Link[]): BuilderNode {
  const fields = { ...node.data.fields };
  const lost = (UNSENT[node.type] ?? []).filter((name) => Object.hasOwn(fields, name));
  for (const name of lost) delete fields[name];
  const told = lost.filter((name) => isMissed(name, node.data.fields[name]));
  const notes = told.length === 0 ? [] : [`the visual builder does not send ${told.join(', ')}`];
  // The builder shows this node and does not send it.
  if (node.type === 'authMiddleware' && links.some(({ source }) => source === node.id))
    notes.push('the visual builder does not send this check, so anyone may call');
  return { ...node, data: { ...node.data, label: withNotes(node.data.label, notes), fields } };
}

/** A label that says what the builder does not do: it is all that its pages show of a node. */
export function withNotes(label: string, notes: readonly string[]): string {
  const fresh = notes.filter((note) => !label.includes(note));
  return fresh.length === 0 ? label : `${label} (${fresh.join('; ')})`;
}

/** Whether the run differs without a setting: results hide passwords anyway, and one document is what is changed by default. */
function isMissed(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (name === 'projection') return !isObject(value) || Object.keys(value).some((key) => key !== 'password');
  if (name === 'updateType' || name === 'deleteType') return /many/i.test(String(value));
  return true;
}
