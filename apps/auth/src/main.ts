import { readConfig, runService } from '@faktorz/service-kit';
import { authEnv } from './auth.config.js';
import { AuthModule } from './auth.module.js';

const config = readConfig(authEnv, process.env);
await runService({ name: 'auth', config, module: AuthModule.with(config) });
