/** @module A route as one would write it by hand with mongoose: check, find, create, JSON response. */
import express from 'express';
import mongoose from 'mongoose';
import { z } from 'zod';

const BODY = z.object({ email: z.email() });
const Entry = mongoose.model(
  'Entry',
  new mongoose.Schema({ email: { type: String, index: true } }, { timestamps: true }),
);

await mongoose.connect(process.env.MONGODB_URI!, { dbName: 'handwritten' });
await Entry.init();
const app = express();
app.use(express.json());
app.post('/call', async (request, response) => {
  const { success, data } = BODY.safeParse(request.body);
  if (!success) return void response.status(400).json({ error: 'The email is not valid' });
  const before = await Entry.findOne({ email: data.email });
  const created = await Entry.create({ email: data.email });
  response.json({ ok: true, known: before !== null, id: created.id });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
