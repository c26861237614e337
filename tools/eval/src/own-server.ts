/** @module A server of the evaluation's own for one drafter: an embedded database that is thrown away, mails recorded. */

import { type EnvironmentVariables, loadConfig, readEnvironment } from '@orchestrix/backend-core/config';
import { PROVIDERS, VARIABLES } from '@orchestrix/backend-core/config-variables';
import { startTestServer, type TestServer } from '@orchestrix/backend-core/testing';
import type { MailMessage } from '@orchestrix/engine';

/** A server and the mails it has sent. */
export interface EvaluationServer extends TestServer {
  mails: MailMessage[];
}

/**
 * Starts one. Mails take their whole way into the outbox and are recorded once they are there.
 *
 * @param env what chooses the drafter
 */
export async function startEvaluationServer(env: Record<string, string>): Promise<EvaluationServer> {
  const server = await startTestServer({
    // The evaluation asks as fast as it gets answers.
    AI_REQUESTS_PER_MINUTE: '100000',
    AI_TOKENS_PER_DAY: '0',
    ...env,
  });
  const mails: MailMessage[] = [];
  const { mailer } = server.services;
  if (!mailer) throw new Error('The server has no mailer');
  const send = mailer.send.bind(mailer);
  mailer.send = async (message, options) => {
    const receipt = await send(message, options);
    mails.push(message);
    return receipt;
  };
  return { ...server, mails };
}

/** The providers that the environment and the `.env` files configure, in their usual order. */
export function configuredProviders(): string[] {
  const { ai } = loadConfig({
    ...aiEnvironment(),
    NODE_ENV: 'test',
    JWT_SECRET: 'not used',
    ENCRYPTION_KEY: '0'.repeat(64),
  });
  const named = PROVIDERS.filter((name) => {
    const { apiKey, baseUrl, model } = ai[name];
    return Boolean(apiKey) || (name === 'openai' && ai.provider === 'openai' && Boolean(baseUrl && model));
  });
  return ai.provider === 'offline' ? ['offline', ...named] : named;
}

/** The variables by which a server asks this drafter and no other one. */
export function environmentOf(provider: string): Record<string, string> {
  return { ...aiEnvironment(), AI_PROVIDER: provider, AI_FALLBACK: '' };
}

/** What the environment says about language models. */
function aiEnvironment(): Record<string, string> {
  const env: EnvironmentVariables = readEnvironment();
  const names = Object.keys(VARIABLES).filter((name) => ABOUT_AI.test(name));
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

const ABOUT_AI = /^(?:AI_(?!REQUESTS|TOKENS)|GROQ_|OPENAI_|GEMINI_|HUGGINGFACE_|HF_)/;
