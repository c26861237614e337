/** @module A workflow in words: what describing it gives. */

/** What one step does. */
export interface StepDescription {
  /** A node type may leave out the full stop; in a {@link PlanDescription} it is there. */
  sentence: string;
  /** Why it can fail, each as a clause: `the mail server does not take the mail`. */
  failsWhen?: string[];
  /** Collections. */
  reads?: string[];
  /** Collections. */
  writes?: string[];
  sends?: boolean;
  /** With what it can end the run. */
  answers?: { status: number; when: string }[];
  /** There for a step that only lets callers with a token through. */
  access?: { role?: string };
  /** Values of the caller that it insists on. */
  requires?: string[];
}

/** What a whole workflow does, derived from its steps. */
export interface PlanDescription {
  /** In the order of execution. */
  steps: ({ id: string; name: string; type: string } & StepDescription)[];
  inputs: { name: string; type?: string; required: boolean }[];
  /** Collections, each once. */
  reads: string[];
  writes: string[];
  sendsMail: boolean;
  /** `token` only when no run gets past the check, whatever path it takes, and none is answered before it. */
  access: { kind: 'anybody' } | { kind: 'token'; role?: string };
  answers: { status: number; when: string }[];
  failures: { stepId: string; when: string }[];
  /** Why no step of it can ever run; absent when it can start. */
  cannotStart?: string;
}
