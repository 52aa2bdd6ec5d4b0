import type { Answer } from '../ask';
import type { HomeQuery, LastExposuresQuery } from '../documents';
import { CoverageMap } from '../home/coverage';
import { Databases } from '../home/databases';
import { Exposures, useExposures } from '../home/exposures';
import { SearchBox } from '../home/search-box';
import { island } from '../island';
import { copyButtons } from '../parts/copy';
import { say } from '../words';
import '../home/home.css';

/** The map and the list have the same exposures. */
function Sky({ answer }: { answer: Answer<LastExposuresQuery> }) {
  const [exposures, heard] = useExposures(answer);
  const points = exposures.flatMap(({ expId, targetName, targetRa, targetDec }) =>
    targetRa == null || targetDec == null
      ? []
      : [{ ra: targetRa, dec: targetDec, name: targetName ?? expId, series: 1 }],
  );
  return (
    <div class="beside">
      <section aria-labelledby="coverage">
        <h2 id="coverage">{say('What the sky holds')}</h2>
        <CoverageMap points={points} />
      </section>
      <section aria-labelledby="last">
        <h2 id="last">{say('Last exposures')}</h2>
        <Exposures exposures={exposures} heard={heard} />
      </section>
    </div>
  );
}

await Promise.all([
  island('finder', SearchBox),
  island<{ answer: Answer<HomeQuery> }>('databases', Databases),
  island<{ answer: Answer<LastExposuresQuery> }>('sky', Sky),
]);
copyButtons();
