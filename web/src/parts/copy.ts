/** Buttons that copy what stands in a `<pre>`: put beside each of them that has `data-copy`. */
import { say } from '../words';

export function copyButtons(): void {
  for (const text of document.querySelectorAll<HTMLPreElement>('pre[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = say('Copy');
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(text.textContent ?? '');
      button.textContent = say('Copied');
      setTimeout(() => {
        button.textContent = say('Copy');
      }, 2000);
    });
    text.after(button);
  }
}
