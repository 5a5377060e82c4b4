// The gateway without its checks, to tell what they cost: everybody is the administrator, and everything is allowed.
// It exists for benchmarks alone, and is a program of its own so that no setting can turn the real one into it.
import { readConfig, createService } from '@faktorz/service-kit';
import { Authenticator } from '../../apps/gateway/dist/access/authenticator.js';
import { Authorizer } from '../../apps/gateway/dist/access/authorizer.js';
import { gatewayEnv } from '../../apps/gateway/dist/gateway.config.js';
import { GatewayModule } from '../../apps/gateway/dist/gateway.module.js';

const config = readConfig(gatewayEnv, process.env);
const { app, stop } = await createService({ name: 'gateway', config, module: GatewayModule.with(config) });
const identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] };
const decision = { allowed: true, reason: '' };
app.get(Authenticator).authenticate = async () => identity;
app.get(Authorizer).authorize = async () => decision;
process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
