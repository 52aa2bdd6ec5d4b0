/** Gives the reader a file that the page has made, or has fetched because its request has no address. */

/** Milliseconds for which a browser may still read it. */
const KEPT = 10_000;

export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
