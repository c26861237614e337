/** @module Rows of `workflows` and `publishedapis`: what runs as it is. */

import { dataOwnerOf, hasOwnCollections } from '@orchestrix/backend-core/owners';
import { compile, type Diagnostic } from '@orchestrix/engine';
import type { Census } from './census.ts';
import { type FieldChange, type Inspector, type Issue, isText, keyOf, repeated } from './inspection.ts';

/** Compiles every workflow as the server will. */
export function workflowInspector({ workflows, connected }: Census): Inspector {
  return {
    nameOf: ({ _id, workflowId }) => (isText(workflowId) ? workflowId : String(_id)),
    inspect: ({ workflowId, ownerId, steps, edges, version }) => {
      if (!isText(workflowId) || !isText(ownerId))
        return { issues: [{ code: 'WORKFLOW_UNREADABLE' }], changes: [] };
      const issues: Issue[] = [];
      const changes: FieldChange[] = [];
      const isOnlyOne = workflows.get(keyOf(ownerId, workflowId)) === 1;
      if (!isOnlyOne) issues.push({ code: 'WORKFLOW_DUPLICATE' });
      if (version === undefined || version === null) {
        // Rows that share an id must stay outside the unique index.
        if (isOnlyOne) {
          const code = 'WORKFLOW_WITHOUT_VERSION';
          issues.push({ code });
          changes.push({ code, field: 'version', before: version, after: 1, secrecy: 'public' });
        }
      }
      if (!Array.isArray(steps))
        return { issues: [...issues, { code: 'WORKFLOW_STEPS_NOT_A_LIST' }], changes };
      const plan = compile({ steps, edges: edges ?? [] });
      issues.push(...diagnosed(plan.diagnostics));
      const needsDatabase = plan.steps.some(({ type }) => DATABASE_STEPS.has(type));
      const owner = dataOwnerOf(ownerId);
      if (needsDatabase && !hasOwnCollections(owner) && !connected.has(owner))
        issues.push({ code: 'WORKFLOW_WITHOUT_DATABASE' });
      return { issues, changes };
    },
  };
}

const DATABASE_STEPS = new Set(['dbFind', 'dbInsert', 'dbUpdate', 'dbDelete', 'userLogin']);

/** One issue a kind, so that a workflow with many mistakes counts once for each kind. */
function diagnosed(diagnostics: readonly Diagnostic[]): Issue[] {
  const issues = new Map<string, Issue>();
  for (const { code, severity, got } of diagnostics) {
    const issue: Issue =
      code === 'STEP_TYPE_UNKNOWN'
        ? { code: 'WORKFLOW_STEP_UNKNOWN', label: String(got) }
        : { code: severity === 'error' ? 'WORKFLOW_BROKEN' : 'WORKFLOW_WARNED', label: code };
    issues.set(keyOf(issue.code, issue.label), issue);
  }
  return [...issues.values()];
}

/** Holds published paths against the workflows they run. */
export function apiInspector({ workflows, workflowIds }: Census): Inspector {
  const isRepeated = repeated();
  return {
    nameOf: ({ _id, path }) => (isText(path) ? path : String(_id)),
    inspect: ({ path, slug, workflowId, ownerId, version, route, unpublishedAt }) => {
      // Paths that were taken back keep their row, and paths of an owner's own have another form: both are of this backend.
      if (unpublishedAt !== undefined || route !== undefined) return { issues: [], changes: [] };
      if (!isText(path) || !isText(slug) || !isText(workflowId) || !isText(ownerId))
        return { issues: [{ code: 'API_UNREADABLE' }], changes: [] };
      const issues: Issue[] = [];
      if (isRepeated(path)) issues.push({ code: 'API_PATH_DUPLICATE' });
      if (path !== `/workflow/run/${workflowId}/${slug}`) issues.push({ code: 'API_PATH_WRONG' });
      if (!workflows.has(keyOf(ownerId, workflowId)))
        issues.push({ code: workflowIds.has(workflowId) ? 'API_OF_OTHER_OWNER' : 'API_WITHOUT_WORKFLOW' });
      else if (version === undefined || version === null) issues.push({ code: 'API_RUNS_LATEST' });
      return { issues, changes: [] };
    },
  };
}
