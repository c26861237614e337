/** @module Talks to a server process: an account, published workflows, calls. */

/** An answer, read. */
export interface ProcessAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A client with an account of its own. */
export interface ProcessClient {
  request(route: string, body?: unknown): Promise<ProcessAnswer>;
  /** Stores and publishes a workflow. @returns the path of its API */
  publish(workflowId: string, steps: unknown[]): Promise<string>;
}

/** Registers at the server of this address. */
export async function createProcessClient(base: string): Promise<ProcessClient> {
  let token: string | undefined;
  const request = async (route: string, body?: unknown): Promise<ProcessAnswer> => {
    const [method, path] = route.startsWith('/') ? ['GET', route] : (route.split(' ', 2) as [string, string]);
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as never };
  };
  const account = { email: `ann-${crypto.randomUUID()}@example.org`, password: 'correct horse' };
  token = (await request('POST /auth/register', account)).body.token as string;
  return {
    request,
    publish: async (workflowId, steps) => {
      await request('POST /workflows', { workflowId, steps });
      const { body } = await request(`POST /workflows/${workflowId}/publish`, { apiName: 'call' });
      return body.apiPath as string;
    },
  };
}
