/** @module Sends requests as fast as a server answers them, from Node; prints what it saw as JSON. */
import autocannon from 'autocannon';

const [url, connections, duration, body] = process.argv.slice(2);
const { requests, latency, non2xx, errors } = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(duration),
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
});
console.log(
  JSON.stringify({ rate: requests.average, p50: latency.p50, p99: latency.p99, failed: non2xx + errors }),
);
