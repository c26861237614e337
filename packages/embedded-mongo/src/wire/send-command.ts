/** @module Sends one command to a server and reads its answer: enough of a client for the command line. */
import { connect } from 'node:net';
import { toBytes, toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { MessageFramer } from './framing.ts';
import { frameCommand, parseMessage } from './message.ts';

/** Sends a command. @throws Error of the operating system, or when the server closes the connection */
export function sendCommand(uri: string, command: Document): Promise<Document> {
  const { hostname, port } = new URL(uri.replace(/^mongodb:/, 'http:'));
  const framer = new MessageFramer();
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 27017) });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the server at ${uri} closed the connection`)));
    socket.on('data', (chunk) => {
      framer.push(chunk as Buffer);
      const message = framer.next();
      if (!message) return;
      resolve(toPlain(parseMessage(message).body));
      socket.end();
    });
    socket.write(frameCommand(toBytes(command)));
  });
}
