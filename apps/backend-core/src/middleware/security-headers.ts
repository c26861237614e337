/** @module Headers that keep browsers from doing with an answer what nobody meant. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** For an API: nothing may be loaded, framed or guessed. */
export function securityHeaders(): RequestHandler {
  const headers = readHeaders(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'none'"],
          'frame-ancestors': ["'none'"],
          // These two do not fall back to default-src.
          'form-action': ["'none'"],
          'base-uri': ["'none'"],
        },
      },
      // The web client lives on another origin.
      crossOriginResourcePolicy: { policy: 'cross-origin' },
    }),
  );
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** What helmet sets: the same for every response, so it is asked once. */
function readHeaders(middleware: ReturnType<typeof helmet>): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  middleware({} as never, response as never, (error?: unknown) => {
    if (error) throw error;
  });
  return headers;
}
