/** @module The graph that the visual builder draws and reads. */

/** A node of the builder: its configuration lies in `data.fields`. */
export interface BuilderNode {
  id: string;
  type: BuilderNodeType;
  data: { label: string; fields: Record<string, unknown> };
}

/** An order between two nodes. */
export interface BuilderEdge {
  id: string;
  source: string;
  target: string;
}

/** What the builder draws. */
export interface BuilderGraph {
  /** The one `input` node is first. */
  nodes: BuilderNode[];
  edges: BuilderEdge[];
}

/** The node types that the builder's pages can show. */
export const BUILDER_NODE_TYPES = [
  'input',
  'inputValidation',
  'dbFind',
  'dbInsert',
  'dbUpdate',
  'dbDelete',
  'userLogin',
  'authMiddleware',
  'emailSend',
] as const;

/** A node type of the builder. */
export type BuilderNodeType = (typeof BUILDER_NODE_TYPES)[number];

/** Whether the builder can show a node of this type. */
export function isBuilderNodeType(type: unknown): type is BuilderNodeType {
  return BUILDER_NODE_TYPES.some((each) => each === type);
}

/** What a node is called when nobody named it. */
export function defaultLabel(type: BuilderNodeType, fields: Record<string, unknown>): string {
  const { collection } = fields;
  const thing =
    typeof collection === 'string' && collection.trim() !== '' ? capitalized(collection.trim()) : 'Data';
  return LABELS[type].replace('*', () => thing);
}

const LABELS: Record<BuilderNodeType, string> = {
  input: 'User Input',
  inputValidation: 'Validate Input',
  dbFind: 'Find *',
  dbInsert: 'Create *',
  dbUpdate: 'Update *',
  dbDelete: 'Delete *',
  userLogin: 'User Login',
  authMiddleware: 'Auth Check',
  emailSend: 'Send Email',
};

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
