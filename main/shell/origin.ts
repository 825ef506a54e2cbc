/**
 * The page's own address, and who is taken for the page.
 */

export const appScheme = 'tallywatch';
export const appOrigin = `${appScheme}://app`;

/**
 * Whether a message, a navigation or a wish for a permission comes from our page.
 * @param devOrigin origin of the development server; null in a built app
 */
export function isOwnUrl(url: string, devOrigin: string | null): boolean {
  if (url.startsWith(`${appOrigin}/`)) return true;
  // The URL class gives 'null' as the origin of every scheme that it does not know, so only http is compared by it.
  return devOrigin !== null && URL.canParse(url) && new URL(url).origin === devOrigin;
}
