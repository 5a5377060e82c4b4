import { AccessModule, TrustedProxies } from '@faktorz/access';
import { MessagingModule, Requests } from '@faktorz/messaging';
import { KEY_EXCHANGE, keyExchangeOver } from '@faktorz/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { Authenticator } from './access/authenticator.js';
import { Authorizer } from './access/authorizer.js';
import { OpenWatches } from './access/open-watches.js';
import { AuthorizeEndpoint } from './oauth/authorize-endpoint.js';
import { Logins } from './oauth/logins.js';
import { OAuthPaths } from './oauth/oauth-paths.js';
import { SigningKeys } from './oauth/signing-keys.js';
import { TokenEndpoint } from './oauth/token-endpoint.js';
import { TokenRequestPage } from './oauth/token-request-page.js';
import { DiscoveryBoard } from './discovery/discovery-board.js';
import { DiscoveryPaths } from './discovery/discovery-paths.js';
import { OpenApiBoard } from './discovery/openapi-board.js';
import { OpenApiPaths } from './discovery/openapi-paths.js';
import type { GatewayConfig } from './gateway.config.js';
import { GATEWAY_CONFIG } from './gateway.tokens.js';
import { PublicDoor } from './public-door/public-door.js';
import { AdmissionDoor } from './public-door/admission-door.js';
import { PublicPaths } from './public-door/public-paths.js';
import { RequestHandler } from './public-door/request-handler.js';
import { OWNERS, ownersOf, Upstreams } from './routing/owners.js';

/** The public door: who is it, may they, and who answers. */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        MessagingModule.forService({
          name: 'gateway',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: false,
          consumes: [],
        }),
        AccessModule.forDoor({
          audit: {
            file: config.FAKTORZ_GATEWAY_AUDIT_FILE,
            fileMegabytes: config.FAKTORZ_GATEWAY_AUDIT_FILE_MEGABYTES,
          },
        }),
      ],
      providers: [
        { provide: GATEWAY_CONFIG, useValue: config },
        { provide: OWNERS, useValue: ownersOf(config) },
        { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] },
        { provide: TrustedProxies, useValue: config.FAKTORZ_GATEWAY_TRUSTED_PROXIES },
        Upstreams,
        Authenticator,
        Authorizer,
        DiscoveryBoard,
        DiscoveryPaths,
        OpenApiBoard,
        OpenApiPaths,
        Logins,
        SigningKeys,
        AuthorizeEndpoint,
        TokenEndpoint,
        TokenRequestPage,
        OAuthPaths,
        OpenWatches,
        PublicPaths,
        AdmissionDoor,
        RequestHandler,
        PublicDoor,
      ],
    };
  }
}
