// Importing one tag within a request, beside sequential `skopeo inspect` on the same registry.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DockerRegistry, randomImage, startSystem } from '@faktorz/testing';
import { apiOf, createNamespace, importOf, paths } from './support/api.mjs';
import { percentile, perSecond, printTable, sequentially } from './support/measure.mjs';

const run = promisify(execFile);
const IMPORTS = 200;
const INSPECTS = 30;

const system = await startSystem();
const api = apiOf(system);
await createNamespace(api);
const registry = await DockerRegistry.start();
const tags = Array.from({ length: 20 }, (_, index) => `v${index}`);
for (const tag of tags) await registry.push(`bench/app:${tag}`, randomImage());
const from = (index) => `${registry.host}/bench/app:${tags[Math.abs(index) % tags.length]}`;

const imports = await sequentially(IMPORTS, (index) =>
  api.json('POST', paths.imports, importOf(`s${index + 100}`, from(index), 'latest')),
);
const rate = await perSecond(IMPORTS, 8, (index) =>
  api.json('POST', paths.imports, importOf(`p${index}`, from(index), 'latest')),
);
const inspects = await sequentially(
  INSPECTS,
  (index) => run('skopeo', ['inspect', '--tls-verify=false', `docker://${from(index)}`]),
  3,
);

const inspect = percentile(inspects, 0.5);
printTable(
  ['import of one tag', 'p50 ms', 'p99 ms', 'per second', 'of skopeo'],
  [
    ['skopeo inspect, one after the other', inspect, percentile(inspects, 0.99), 1000 / inspect, 1],
    [
      'import request, one after the other',
      percentile(imports, 0.5),
      percentile(imports, 0.99),
      1000 / percentile(imports, 0.5),
      inspect / percentile(imports, 0.5),
    ],
    ['import request, 8 at once', '–', '–', rate, (rate * inspect) / 1000],
  ],
);
await registry.stop();
await api.close();
await system.stop();
