/** The last exposures, and those that come while the page is looked at. */
import { useEffect, useState } from 'preact/hooks';
import { type Answer, ask, hear } from '../ask';
import { ExposureAddedDocument, LastExposuresDocument, type LastExposuresQuery } from '../documents';
import { starAddress } from '../parts/destination';
import { watched } from '../parts/watched';
import { say } from '../words';

export type Exposure = NonNullable<LastExposuresQuery['exposures']>['nodes'][number];
const MOST = 20;
/** Seconds between looks where there are none yet, as the Obs Portal has not answered. */
const PERIOD = 15;

/** The exposures that are shown, the last that was heard of first. */
export function added(exposures: readonly Exposure[], one: Exposure): Exposure[] {
  return [one, ...exposures.filter(({ expId }) => expId !== one.expId)].slice(0, MOST);
}

/** Those of the last exposures that are not shown yet, the last to come first: by `added` one after the other. */
export function missed(exposures: readonly Exposure[], last: readonly Exposure[]): Exposure[] {
  const shown = new Set(exposures.map(({ expId }) => expId));
  return last.filter(({ expId }) => !shown.has(expId)).reverse();
}

/** Listens while the page is looked at: a browser opens few connections to one host, and other pages need them. What was
 * added before the gateway is heard, be it while the page was loaded or out of sight, is asked for once it is. */
export function useExposures(answer: Answer<LastExposuresQuery>): [Exposure[], ReadonlySet<string>] {
  const [exposures, setExposures] = useState<Exposure[]>(answer.data?.exposures?.nodes ?? []);
  const [heard, setHeard] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let close: (() => void) | null = null;
    let shown = exposures;
    const come = (one: Exposure) => {
      shown = added(shown, one);
      setExposures(shown);
      setHeard((known) => new Set(known).add(one.expId));
    };
    const catchUp = async () => {
      const { data } = await ask(LastExposuresDocument, {}).catch(() => ({ data: null }));
      const last = data?.exposures?.nodes ?? [];
      if (!shown.length) {
        shown = last; // of which none is new
        setExposures(shown);
      }
      for (const one of missed(shown, last)) come(one);
    };
    const listen = () => {
      if (document.visibilityState === 'hidden') {
        close?.();
        close = null;
      } else {
        close ??= hear(
          ExposureAddedDocument,
          {},
          ({ data }) => data?.exposureAdded && come(data.exposureAdded),
          (heard) => heard && catchUp(),
        );
      }
    };
    listen();
    const leave = watched(() => shown.length || catchUp(), PERIOD);
    document.addEventListener('visibilitychange', listen);
    return () => {
      document.removeEventListener('visibilitychange', listen);
      leave();
      close?.();
    };
  }, []);
  return [exposures, heard];
}

export function Exposures({ exposures, heard }: { exposures: readonly Exposure[]; heard: ReadonlySet<string> }) {
  if (!exposures.length) return <p class="missing">{say('The Obs Portal does not tell its last exposures.')}</p>;
  return (
    <div class="wide">
      <table class="exposures" aria-live="polite" aria-relevant="additions">
        <thead>
          <tr>
            <th scope="col">{say('Start (UTC)')}</th>
            <th scope="col">{say('Target')}</th>
            <th scope="col">{say('Instrument')}</th>
          </tr>
        </thead>
        <tbody>
          {exposures.map((exposure) => (
            <tr key={exposure.expId} class={heard.has(exposure.expId) ? 'new' : undefined}>
              <td>
                <a href={`/detail/exposure/${encodeURIComponent(exposure.expId)}`} title={exposure.expId}>
                  {exposure.expStart?.slice(0, 16).replace('T', ' ') ?? exposure.expId}
                </a>
              </td>
              <td>{exposure.targetName && <a href={starAddress(exposure.targetName)}>{exposure.targetName}</a>}</td>
              <td>
                {exposure.interferometerName} {exposure.instrumentName} <small>{exposure.instrumentMode}</small>
                {heard.has(exposure.expId) && <b class="flag"> {say('new')}</b>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
