/** Does something again and again while the page is looked at, and at once when the reader comes back to it. */
export function watched(work: () => void, seconds: number): () => void {
  const visible = () => document.visibilityState === 'visible' && work();
  const timer = setInterval(visible, seconds * 1000);
  document.addEventListener('visibilitychange', visible);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', visible);
  };
}
