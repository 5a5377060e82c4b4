import { readConfig, runService } from '@faktorz/service-kit';
import { importerEnv } from './importer.config.js';
import { ImporterModule } from './importer.module.js';

const config = readConfig(importerEnv, process.env);
await runService({ name: 'importer', config, module: ImporterModule.with(config) });
