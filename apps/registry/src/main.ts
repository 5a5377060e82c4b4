import { readConfig, runService } from '@faktorz/service-kit';
import { registryEnv } from './registry.config.js';
import { RegistryModule } from './registry.module.js';

const config = readConfig(registryEnv, process.env);
await runService({ name: 'registry', config, module: RegistryModule.with(config) });
