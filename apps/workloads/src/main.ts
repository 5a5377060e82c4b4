import { readConfig, runService } from '@faktorz/service-kit';
import { workloadsEnv } from './workloads.config.js';
import { WorkloadsModule } from './workloads.module.js';

const config = readConfig(workloadsEnv, process.env);
await runService({ name: 'workloads', config, module: WorkloadsModule.with(config) });
