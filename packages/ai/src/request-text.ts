/** @module What a person may write: something, and not too much of it. */
import { AiTerminalError } from './errors.ts';

/** Longest request, in characters. */
export const MAX_PROMPT_LENGTH = 20_000;

/** @throws AiTerminalError `AI_PROMPT_REQUIRED`, `AI_PROMPT_TOO_LONG` */
export function requirePrompt(prompt: string): void {
  if (prompt.trim() === '') throw new AiTerminalError('AI_PROMPT_REQUIRED', 'Prompt required');
  if (prompt.length <= MAX_PROMPT_LENGTH) return;
  throw new AiTerminalError('AI_PROMPT_TOO_LONG', `A request has at most ${MAX_PROMPT_LENGTH} characters`);
}
