/** @module The answer where no route is. */
import type { RequestHandler } from 'express';
import { serverError } from '../errors.ts';

/** Passes on a `ROUTE_NOT_FOUND`. */
export const notFound: RequestHandler = (_request, _response, next) => {
  next(serverError('ROUTE_NOT_FOUND'));
};
