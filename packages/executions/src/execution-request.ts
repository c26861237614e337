/** @module What is to be executed. */
import type { ExecuteOptions, Plan } from '@orchestrix/engine';
import type { ExecutionTrigger } from './ports.ts';

/** What is to be run, for whom. */
export interface ExecutionRequest {
  /** Who may see the execution. */
  ownerId: string;
  /** Whose documents it works on. Default: the same. */
  dataOwnerId?: string;
  plan: Plan;
  input: unknown;
  headers: Readonly<Record<string, unknown>>;
  /** What else the caller's HTTP request said. */
  request?: ExecuteOptions['request'];
  trigger: ExecutionTrigger;
  workflowId?: string;
  version?: number;
  apiPath?: string;
  /** Why it cannot even begin: the run fails before its first step, recorded and logged as any other. */
  refusal?: ExecuteOptions['refusal'];
  /** Address of the caller. */
  caller?: string;
  /** Milliseconds; 0 for no limit. Default: the configured limit for runs nobody waits for. */
  timeoutMs?: number;
  /** Whether its caller gets the id at once and does not wait: it is recorded from its start on. */
  isAsync?: boolean;
  /** What is kept of it. `failures`: only when it fails, and nothing while it runs. Default: `all`. */
  record?: 'all' | 'failures' | 'none';
}
