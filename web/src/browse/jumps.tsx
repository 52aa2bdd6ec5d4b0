/** To the first row, to the last one, or to one by its number. */
import { say } from '../words';

export function Jumps({ total, go }: { total: number; go: (row: number) => void }) {
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        const row = Number(new FormData(event.currentTarget).get('number'));
        if (row >= 1) go(Math.min(row, total) - 1);
      }}
    >
      <button type="button" class="quiet" onClick={() => go(0)}>
        {say('First')}
      </button>
      <button type="button" class="quiet" onClick={() => go(total)}>
        {say('Last')}
      </button>
      <input name="number" class="narrow" inputMode="numeric" aria-label={say('Go to row')} placeholder={say('row')} />
    </form>
  );
}
