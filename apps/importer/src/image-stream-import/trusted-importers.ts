import type { RequestContext } from '@faktorz/apimachinery';
import { AccessAttributes, ReviewAccess } from '@faktorz/domain';
import { IMAGE_GROUP } from '@faktorz/image-api';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';

/** In the singular, and of no namespace, as OpenShift asks: editors of a project are not meant (contract: import, §1). */
const RESOURCES = ['images', 'imagestreammapping'];

/** Knows who need not keep to the list of allowed registries: whoever could store the same images by hand. */
@Injectable()
export class TrustedImporters {
  constructor(private readonly requests: Requests) {}

  async mayImportFromAnywhere({ identity }: RequestContext): Promise<boolean> {
    const answers = await Promise.all(
      RESOURCES.map((resource) =>
        this.requests.ask(ReviewAccess, {
          identity,
          attributes: AccessAttributes.parse({ verb: 'create', group: IMAGE_GROUP, resource }),
        }),
      ),
    );
    return answers.some(({ allowed }) => allowed);
  }
}
