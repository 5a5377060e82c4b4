import { readConfig, runService } from '@faktorz/service-kit';
import { gatewayEnv } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';

const config = readConfig(gatewayEnv, process.env);
await runService({ name: 'gateway', config, module: GatewayModule.with(config) });
