/**
 * Which jobs this reader made. The gateway lists those of who has logged in; a job of nobody is known by its identifier
 * alone, to the page that made it: the browser remembers it until the job is destroyed.
 */
const NAME = 'jmmc-jobs';
const MOST = 50;

export function remembered(storage: Storage = localStorage): string[] {
  try {
    const read: unknown = JSON.parse(storage.getItem(NAME) ?? '[]');
    return Array.isArray(read) ? read.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export function remember(id: string, storage: Storage = localStorage): void {
  write([id, ...remembered(storage).filter((other) => other !== id)], storage);
}

export function forget(id: string, storage: Storage = localStorage): void {
  write(
    remembered(storage).filter((other) => other !== id),
    storage,
  );
}

function write(ids: string[], storage: Storage): void {
  try {
    storage.setItem(NAME, JSON.stringify(ids.slice(0, MOST)));
  } catch {
    // A browser that keeps nothing: the address of a job says it all the same.
  }
}
