/** @module What is told while a model works, for people who wait. */
import type { Finding } from './finding.ts';

/** Where the work is. */
export type GenerationStage =
  | 'context'
  | 'plan'
  | 'steps'
  | 'compile'
  | 'proof'
  | 'repair'
  | 'change'
  | 'explain'
  | 'done';

/** One thing that happened. */
export type GenerationProgress =
  | { type: 'stage'; stage: GenerationStage; message: string; attempt?: number }
  /** A piece of the model's answer as it arrives. */
  | { type: 'token'; text: string }
  | { type: 'finding'; finding: Finding }
  /** One trial run of the proof is over. */
  | { type: 'trial'; name: string; passed: boolean }
  /** The findings go back to the drafter. */
  | { type: 'repair'; attempt: number; of: number; findings: number };

/** Receives progress; what it throws ends the work. */
export type OnProgress = (progress: GenerationProgress) => void;
