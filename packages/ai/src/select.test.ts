import { describe, expect, it } from 'vitest';
import { AiTerminalError } from './errors.ts';
import { type AiConfig, createProvider } from './select.ts';

const NONE: AiConfig = { groq: {}, openai: {}, gemini: {}, huggingface: {} };
const failure = (config: AiConfig) => {
  try {
    return createProvider(config).name;
  } catch (error) {
    return error;
  }
};

describe('createProvider', () => {
  it('takes the first provider with a key', () => {
    const all = {
      groq: { apiKey: 'a' },
      openai: { apiKey: 'b' },
      gemini: { apiKey: 'c' },
      huggingface: { apiKey: 'd' },
    };
    expect(createProvider(all).name).toBe('groq');
    expect(createProvider({ ...all, groq: {} }).name).toBe('openai');
    expect(createProvider({ ...all, groq: { apiKey: '' }, openai: { model: 'm' } }).name).toBe('gemini');
    expect(createProvider({ ...NONE, huggingface: { apiKey: 'd' } }).name).toBe('huggingface');
  });

  it('takes the provider and the model that are asked for', () => {
    const config = {
      ...NONE,
      provider: 'gemini',
      groq: { apiKey: 'a' },
      gemini: { apiKey: 'c', model: 'm' },
    } as const;
    expect(createProvider(config)).toMatchObject({ name: 'gemini', model: 'm' });
  });

  it('takes a compatible server by its address, without a key', () => {
    const openai = { baseUrl: 'http://127.0.0.1:11434/v1', model: 'local' };
    expect(createProvider({ ...NONE, provider: 'openai', openai })).toMatchObject({
      name: 'openai',
      model: 'local',
    });
  });

  it('never chooses such a server by itself', () => {
    expect(
      failure({ ...NONE, openai: { baseUrl: 'http://127.0.0.1:11434/v1', model: 'local' } }),
    ).toBeInstanceOf(AiTerminalError);
  });

  it('names the variables to set', () => {
    expect(failure(NONE)).toMatchObject({
      code: 'AI_NOT_CONFIGURED',
      status: 503,
      message: expect.stringMatching(/GROQ_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY, HUGGINGFACE_API_KEY/),
    });
    expect(failure({ ...NONE, provider: 'gemini', groq: { apiKey: 'a' } })).toMatchObject({
      code: 'AI_NOT_CONFIGURED',
      message: expect.stringContaining('GEMINI_API_KEY'),
    });
    expect(failure({ ...NONE, provider: 'openai', openai: { baseUrl: 'http://x/v1' } })).toMatchObject({
      message: expect.stringContaining('OPENAI_MODEL'),
    });
  });
});
