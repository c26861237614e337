/** @module Reads JSON bodies up to one megabyte. */
import express, { type RequestHandler } from 'express';

/** Sets `request.body`; leaves it undefined when there is none or it is of another media type. */
export function jsonBody(): RequestHandler {
  // Not strict: a body that is a bare number or text is for the route's schema to refuse, with a message that names it.
  return express.json({ limit: '1mb', strict: false, type: ['application/json', 'application/*+json'] });
}
