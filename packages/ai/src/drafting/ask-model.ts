/** @module Questions to a model: with progress, counted, and asked a second time when the answer cannot be read. */
import type { GenerationStage } from '../progress.ts';
import type { Completion, Message, ModelProvider, OutputSchema } from '../provider.ts';
import type { DrafterCall } from './drafter.ts';
import type { Reading } from './read-plan.ts';

/** What a model is asked. */
export interface Question {
  stage: GenerationStage;
  /** For people who wait. */
  message: string;
  system: string;
  text: string;
  schema: OutputSchema;
}

const MAX_QUOTED_REPLY = 8000;

/**
 * One answer of the model, tokens handed on as they arrive.
 *
 * @throws whatever {@link ModelProvider.complete} throws
 */
export async function askOnce(
  provider: ModelProvider,
  { system, schema }: Pick<Question, 'system' | 'schema'>,
  messages: readonly Message[],
  { signal, onProgress, onCompletion }: DrafterCall,
): Promise<Completion> {
  const completion = await provider.complete({
    system,
    messages,
    schema,
    ...(signal && { signal }),
    ...(onProgress && { onToken: (text: string) => onProgress({ type: 'token', text }) }),
  });
  onCompletion?.(completion);
  return completion;
}

/**
 * What the model's answer says. One that cannot be read goes back once, with what is wrong with it.
 *
 * @param read reads an answer; never throws
 */
export async function askTwice<T>(
  provider: ModelProvider,
  question: Question,
  read: (text: string) => Reading<T>,
  call: DrafterCall,
): Promise<Reading<T>> {
  const { stage, message } = question;
  call.onProgress?.({ type: 'stage', stage, message });
  const asked: Message = { role: 'user', content: question.text };
  const first = await askOnce(provider, question, [asked], call);
  const reading = readWhole(first, read);
  if ('value' in reading) return reading;
  const { problem } = reading;
  call.onProgress?.({ type: 'stage', stage, message: `Asking again: ${problem}`, attempt: 2 });
  const again: Message[] = [
    asked,
    { role: 'assistant', content: first.text.slice(0, MAX_QUOTED_REPLY) },
    { role: 'user', content: objection(problem, first) },
  ];
  return readWhole(await askOnce(provider, question, again, call), read);
}

/**
 * Reads an answer, unless it is known to be cut off: its beginning may well read as something complete that is not what was meant,
 * such as a plan of its first step.
 */
function readWhole<T>(completion: Completion, read: (text: string) => Reading<T>): Reading<T> {
  return isCutOff(completion)
    ? { problem: 'its end is missing, because it was cut off' }
    : read(completion.text);
}

/** Whether the provider says that the answer has no end. */
export function isCutOff({ finishReason }: Completion): boolean {
  return finishReason === 'length';
}

function objection(problem: string, { finishReason }: Completion): string {
  const cut = finishReason === 'length' ? ' It was cut off because it was too long: say it in less.' : '';
  return `That answer cannot be used: ${problem}.${cut} Answer again with the JSON object that was asked for, and nothing else.`;
}
