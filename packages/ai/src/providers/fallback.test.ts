import { describe, expect, it } from 'vitest';
import { AiError, type AiErrorCode, AiTerminalError } from '../errors.ts';
import type { Completion, ModelProvider } from '../provider.ts';
import { withFallback } from './fallback.ts';

const ASK = { system: 's', messages: [{ role: 'user' as const, content: 'c' }] };

function provider(name: string, answer: () => Promise<Completion>): ModelProvider & { asked: number } {
  const made = {
    name,
    model: `${name}-model`,
    asked: 0,
    complete: () => {
      made.asked += 1;
      return answer();
    },
  };
  return made;
}

const answering = (name: string) =>
  provider(name, async () => ({
    text: name,
    usage: { inputTokens: 1, outputTokens: 2 },
    finishReason: 'stop',
    model: `${name}-model`,
    provider: name,
    attempts: 1,
  }));
const failing = (name: string, code: AiErrorCode) =>
  provider(name, async () => {
    throw new AiError(code, `${name} failed`, { attempts: 3 });
  });

describe('withFallback', () => {
  it('is the first provider when there is no other', () => {
    const only = answering('groq');
    expect(withFallback([only])).toBe(only);
  });

  it('asks nobody else while the first one answers', async () => {
    const other = answering('openai');
    const both = withFallback([answering('groq'), other]);
    expect(both).toMatchObject({ name: 'groq', model: 'groq-model' });
    expect(await both.complete(ASK)).toMatchObject({ provider: 'groq', attempts: 1 });
    expect(other.asked).toBe(0);
  });

  it.each<AiErrorCode>([
    'AI_RATE_LIMITED',
    'AI_UNAVAILABLE',
    'AI_TIMEOUT',
    'AI_UNAUTHORIZED',
    'AI_BAD_RESPONSE',
  ])('asks the next one after %s, and says so', async (code) => {
    const both = withFallback([failing('groq', code), failing('openai', code), answering('gemini')]);
    expect(await both.complete(ASK)).toMatchObject({
      provider: 'gemini',
      attempts: 7,
      fallbacks: [
        { provider: 'groq', code },
        { provider: 'openai', code },
      ],
    });
  });

  it.each<AiErrorCode>(['AI_REFUSED', 'AI_CANCELLED', 'AI_REQUEST_REJECTED'])(
    'asks nobody else after %s',
    async (code) => {
      const other = answering('openai');
      await expect(withFallback([failing('groq', code), other]).complete(ASK)).rejects.toMatchObject({
        code,
      });
      expect(other.asked).toBe(0);
    },
  );

  it('hands on what is no error of a provider', async () => {
    const mine = new Error('mine');
    const broken = provider('groq', async () => {
      throw mine;
    });
    await expect(withFallback([broken, answering('openai')]).complete(ASK)).rejects.toBe(mine);
  });

  it('fails as the last one failed', async () => {
    const last = provider('openai', async () => {
      throw new AiTerminalError('AI_UNAUTHORIZED', 'no');
    });
    await expect(withFallback([failing('groq', 'AI_TIMEOUT'), last]).complete(ASK)).rejects.toMatchObject({
      code: 'AI_UNAUTHORIZED',
    });
  });
});
