/** @module A route as one would write it by hand: JSON body, one check, JSON response. `full` adds what most production servers have. */
import cors from 'cors';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { z } from 'zod';

const BODY = z.object({ email: z.email() });

const app = express();
if (process.argv[2] === 'full') {
  app.use(helmet(), cors());
  app.use((request, response, next) => {
    const startedAt = performance.now();
    response.once('finish', () =>
      process.stdout.write(
        `${JSON.stringify({ path: request.path, status: response.statusCode, ms: performance.now() - startedAt })}\n`,
      ),
    );
    next();
  });
  app.use(rateLimit({ windowMs: 60_000, limit: 100_000_000 }));
}
app.use(express.json());
app.post('/call', (request, response) => {
  const { success, data } = BODY.safeParse(request.body);
  if (!success) return void response.status(400).json({ error: 'The email is not valid' });
  response.json({ ok: true, email: data.email });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
