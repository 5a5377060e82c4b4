import { readConfig, runService } from '@faktorz/service-kit';
import { triggerDispatcherEnv } from './trigger-dispatcher.config.js';
import { TriggerDispatcherModule } from './trigger-dispatcher.module.js';

const config = readConfig(triggerDispatcherEnv, process.env);
await runService({ name: 'trigger-dispatcher', config, module: TriggerDispatcherModule.with(config) });
