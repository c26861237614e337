import { OrchestrixError } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { SERVER_ERRORS, serverError, toErrorResponse } from '../../src/errors.ts';

const development = { requestId: 'r1', production: false };
const production = { requestId: 'r1', production: true };

describe('toErrorResponse', () => {
  it('answers catalogue errors as the catalogue says', () => {
    for (const [code, [status, message]] of Object.entries(SERVER_ERRORS)) {
      const { status: answered, body } = toErrorResponse(
        serverError(code as keyof typeof SERVER_ERRORS),
        production,
      );
      expect(answered).toBe(status);
      expect(body).toEqual({ error: message, code, requestId: 'r1', timestamp: expect.any(String) });
      expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
    }
  });

  it('says nothing about the inside in production', () => {
    const failure = new OrchestrixError('column secret is missing', { code: 'INNER', details: { sql: 1 } });
    for (const thrown of [
      failure,
      new TypeError('x.y is undefined'),
      'text',
      undefined,
      null,
      { status: 500 },
    ]) {
      const { status, body } = toErrorResponse(thrown, production);
      expect(status).toBe(500);
      expect(body).toMatchObject({ error: SERVER_ERRORS.INTERNAL_ERROR[1], code: 'INTERNAL_ERROR' });
      expect(body).not.toHaveProperty('details');
    }
    expect(toErrorResponse(failure, development).body).toMatchObject({
      error: 'column secret is missing',
      code: 'INNER',
      details: { sql: 1 },
    });
  });

  it('keeps what a client must know of a 5xx', () => {
    const unreachable = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), {
      name: 'MongoNetworkError',
    });
    expect(toErrorResponse(unreachable, production)).toMatchObject({
      status: 503,
      body: { code: 'DATABASE_UNREACHABLE', error: SERVER_ERRORS.DATABASE_UNREACHABLE[1] },
    });
  });

  it.each([
    [
      Object.assign(new SyntaxError('Unexpected token <secret>'), {
        type: 'entity.parse.failed',
        status: 400,
      }),
      400,
      'MALFORMED_JSON',
    ],
    [Object.assign(new Error(), { type: 'entity.too.large', status: 413 }), 413, 'PAYLOAD_TOO_LARGE'],
    [Object.assign(new Error(), { type: 'charset.unsupported', status: 415 }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [Object.assign(new Error(), { type: 'request.aborted', status: 400 }), 400, 'REQUEST_ABORTED'],
    [Object.assign(new URIError('Failed to decode'), { status: 400 }), 400, 'MALFORMED_URL'],
    [Object.assign(new Error('inner text'), { status: 400, type: 'constructor' }), 400, 'REQUEST_INVALID'],
    [Object.assign(new Error('inner text'), { status: 418 }), 418, 'REQUEST_INVALID'],
  ])('answers what Express refuses: %#', (thrown, status, code) => {
    const response = toErrorResponse(thrown, production);
    expect(response).toMatchObject({ status, body: { code } });
    expect(response.body.error).not.toMatch(/inner|secret/);
  });

  it('passes the details of 4xx on', () => {
    const details = [{ path: 'body.email', message: 'no' }];
    expect(toErrorResponse(serverError('VALIDATION_ERROR', { details }), production).body.details).toEqual(
      details,
    );
  });

  it('never answers a status that is no error', () => {
    expect(toErrorResponse(new OrchestrixError('x', { code: 'ODD', status: 200 }), production).status).toBe(
      500,
    );
  });
});
