/** @module Starts the installed embedded database, stores a document through a real driver, finds it again and stops. */
import assert from 'node:assert/strict';
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import mongoose from 'mongoose';

const server = await startEmbeddedMongo();
try {
  const connection = await mongoose.createConnection(server.uri).asPromise();
  await connection.collection('smoke').insertOne({ hello: 'world' });
  const found = await connection.collection('smoke').findOne({ hello: 'world' });
  assert.equal(found?.hello, 'world');
  await connection.close();
} finally {
  await server.stop();
}
console.log('the embedded database kept a document');
