import { AppError } from '../contract/app-error.ts';
import { loadConfig } from '../platform/config.ts';
import { openableUrl } from './openable-url.ts';

/**
 * Where the admin listener of the Sluice of this folder is: as said with `--admin`, else as `sluice.yaml` and the
 * environment say.
 *
 * @throws AppError `invalid-argument` when what was said is no address.
 */
export async function adminAddress(given: string | undefined): Promise<URL> {
  if (given !== undefined) {
    if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return new URL(given);
    throw new AppError(
      'invalid-argument',
      `--admin: expected an address such as http://127.0.0.1:8081, received "${given}".`,
      { param: 'admin' },
    );
  }
  const { adminHost, adminPort } = await loadConfig({ env: process.env });
  return new URL(openableUrl(adminHost, adminPort));
}
