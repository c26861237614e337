/** @module The workflow engine: what a workflow is, whether it is right, and how it runs. */

export { compile } from './compile/compile.ts';
export type * from './definition.ts';
export { describe } from './describe/describe.ts';
export { describeInWords } from './describe/describe-in-words.ts';
export type * from './describe/description.ts';
export type { Diagnostic, DiagnosticCode } from './diagnostics.ts';
export { DIAGNOSTIC_CODES, nearest } from './diagnostics.ts';
export * from './errors.ts';
export type * from './events.ts';
export type { AnyNodeType, NodeFinding, NodeOutput, NodeType, SideEffect, StepContext } from './node.ts';
export { defineNode, requiredTemplate, type TemplateShape, template } from './node.ts';
export { builtinNodes } from './nodes/index.ts';
export { type CanonicalStep, normalizeStep } from './normalize.ts';
export type { Plan, PlanEdge, PlanStep } from './plan.ts';
export type * from './ports.ts';
export { builtinRegistry, type CatalogEntry, catalog, createRegistry, type Registry } from './registry.ts';
export { type ExecuteOptions, execute } from './run/execute.ts';
export { DEFAULT_LIMITS, type Limits } from './run/limits.ts';
export { isSecretName, REDACTED, Redactor } from './run/redact.ts';
export { type ExecutionLogEmitter, runEngine } from './run-engine.ts';
export { directRuntime, type Runtime, systemClock } from './runtime.ts';
export { parsePath, type Variables } from './values/path.ts';
export { compilePattern, type Pattern, PatternError } from './values/pattern.ts';
export type { Reference } from './values/reference.ts';
export { compileValue, resolveObject, Template } from './values/template.ts';
export { escapeHtml, toText } from './values/text.ts';
