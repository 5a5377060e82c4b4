// Pushes a small image with random content: node examples/push-image.mjs 127.0.0.1:5099/demo/app:1.0
import { pushImage, randomImage } from '@faktorz/testing';

const target = process.argv[2] ?? '';
const slash = target.indexOf('/');
if (slash < 0 || !/:[^/]+$/.test(target)) {
  console.error('usage: node examples/push-image.mjs HOST:PORT/REPOSITORY:TAG');
  process.exit(1);
}
const digest = await pushImage(`http://${target.slice(0, slash)}`, target.slice(slash + 1), randomImage());
console.log(`pushed ${target} as ${digest}`);
