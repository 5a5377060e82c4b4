// Receives webhooks, verifies their signature (Standard Webhooks) and prints them:
//   node examples/receiver.mjs whsec_…
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.argv[2] ?? '';
const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  if (!isSigned(request.headers, body)) {
    console.log('refused: the signature does not fit');
    response.writeHead(401).end();
    return;
  }
  const { type, subject, data } = JSON.parse(body);
  console.log(`${type} ${subject} -> ${data.image} (${data.cause} by ${data.by})`);
  response.writeHead(204).end();
}).listen(8099, '127.0.0.1', () => console.log('listening on http://127.0.0.1:8099/'));

function isSigned(headers, body) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
