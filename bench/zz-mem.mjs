import { startSystem } from '@faktorz/testing';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
const t=performance.now();
const system = await startSystem({ env: JSON.parse(process.argv[2] ?? '{}') });
console.log('start', performance.now()-t);
await sleep(12000);
for (const s of ['gateway','auth','tag-tracker','importer','trigger-dispatcher']) { const [pid]=await system.pids(s); const st=await readFile(`/proc/${pid}/status','utf8'`.replace("','utf8'",''),'utf8'); console.log(s, /VmRSS:\s+(\d+)/.exec(st)[1]/1024, 'anon', /RssAnon:\s+(\d+)/.exec(st)[1]/1024); }
await system.stop();
