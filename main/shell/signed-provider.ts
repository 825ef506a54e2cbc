/**
 * The feed of releases for electron-updater: its own generic feed, whose list must be signed before it is read.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import type { AppUpdater } from 'electron-updater';
import { GenericProvider } from 'electron-updater/out/providers/GenericProvider.js';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import type { UpdateFeed } from '#engine/host.ts';
import { requireSigned, signatureEnding } from '#engine/update/signed-feed.ts';

/** The class of such a feed. It rejects with UPD_002 for a list that is not signed with the key of the feed. */
export function createSignedProvider({ url: feedUrl, channel, publicKey }: UpdateFeed) {
  return class SignedProvider extends GenericProvider {
    constructor(_options: unknown, updater: AppUpdater, runtime: ProviderRuntimeOptions) {
      super({ provider: 'generic', url: feedUrl, channel }, updater, runtime);
    }

    protected override async httpRequest(
      url: URL,
      headers?: OutgoingHttpHeaders | null,
    ): Promise<string | null> {
      const text = await super.httpRequest(url, headers);
      const signatureUrl = new URL(url);
      signatureUrl.pathname += signatureEnding;
      const signature = await super.httpRequest(signatureUrl, headers).catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode === 404) return null;
        throw error;
      });
      requireSigned(text ?? '', { publicKey, signature });
      return text;
    }
  };
}
