/** @module Headers that keep browsers from doing with an answer what nobody meant. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** For an API: nothing may be loaded, framed or guessed. */
export function securityHeaders(): RequestHandler {
  return helmet({
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
  });
}
