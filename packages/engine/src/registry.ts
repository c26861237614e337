/** @module The node types a plan may use, and the catalogue made from them. */

import { z } from 'zod';
import { type AnyNodeType, type NodeOutput, type NodeType, REQUIRED, type SideEffect } from './node.ts';
import { builtinNodes } from './nodes/index.ts';

/** A set of node types by name. */
export interface Registry {
  get(type: string): NodeType | undefined;
  /** Names in order of registration. */
  types(): string[];
  all(): NodeType[];
}

/** One node type as documentation, editors and models read it. */
export interface CatalogEntry {
  type: string;
  title: string;
  category: string;
  summary: string;
  /** JSON Schema (2020-12) of the step's fields. */
  config: Record<string, unknown>;
  outputs: NodeOutput | null;
  example: Record<string, unknown>;
  sideEffects: SideEffect;
}

/**
 * A registry of the built-in node types and further ones.
 *
 * @param extra node types of the caller; one with the name of a built-in takes its place
 * @throws Error when two of `extra` have the same name
 */
export function createRegistry(extra: readonly AnyNodeType[] = []): Registry {
  const nodes = new Map<string, NodeType>(builtinNodes.map((node) => [node.type, node]));
  const added = new Set<string>();
  for (const node of extra) {
    if (added.has(node.type)) throw new Error(`Two node types are called "${node.type}"`);
    added.add(node.type);
    nodes.set(node.type, node as NodeType);
  }
  return {
    get: (type) => nodes.get(type),
    types: () => [...nodes.keys()],
    all: () => [...nodes.values()],
  };
}

/** The built-in node types. */
export const builtinRegistry: Registry = createRegistry();

/** What can be built with a registry: derived from the node types, nothing kept by hand. */
export function catalog(registry: Registry = builtinRegistry): CatalogEntry[] {
  return registry.all().map((node) => ({
    type: node.type,
    title: node.title,
    category: node.category,
    summary: node.summary,
    config: configSchema(node),
    outputs: node.outputs,
    example: node.example,
    sideEffects: node.sideEffects,
  }));
}

/** Schemas by node type: a catalogue is read for every request to a model, and to derive a schema takes long. */
const schemas = new WeakMap<NodeType, Record<string, unknown>>();

/** A copy, so that what a caller changes stays the caller's. */
function configSchema(node: NodeType): Record<string, unknown> {
  const schema = schemas.get(node) ?? deriveSchema(node);
  schemas.set(node, schema);
  return structuredClone(schema);
}

function deriveSchema(node: NodeType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(node.config, {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema;
  const required = new Set(schema.required ?? []);
  for (const [field, property] of Object.entries(schema.properties ?? {})) {
    if (property[REQUIRED]) required.add(field);
    delete property[REQUIRED];
  }
  return { ...schema, ...(required.size > 0 ? { required: [...required] } : {}) };
}

interface JsonSchema extends Record<string, unknown> {
  required?: string[];
  properties?: Record<string, Record<string, unknown>>;
}
